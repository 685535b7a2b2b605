-- Lets a user read files by a secret. ARGV: user, digest of the access key, digest of the secret, lifetime of a key in seconds
local user, digest, secret, lifetime = unpack(ARGV)
local used = tonumber(redis.call('HGET', 'access_key:' .. user, digest) or nil)
if not used or redis.call('TIME')[1] - used >= tonumber(lifetime) then return 0 end
local keys = 'fileKeys:' .. user
local all = redis.call('HGETALL', keys)
for at = 1, #all, 2 do
  if redis.call('HEXISTS', 'access_key:' .. user, all[at + 1]) == 0 then redis.call('HDEL', keys, all[at]) end
end
redis.call('HSET', keys, secret, digest)
return 1
