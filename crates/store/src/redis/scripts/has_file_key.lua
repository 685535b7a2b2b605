-- Whether a user may read files by a secret. ARGV: user, digest of the secret, lifetime of an access key in seconds
local user, secret, lifetime = unpack(ARGV)
local digest = redis.call('HGET', 'fileKeys:' .. user, secret)
local used = digest and tonumber(redis.call('HGET', 'access_key:' .. user, digest) or nil)
return used and redis.call('TIME')[1] - used < tonumber(lifetime) and 1 or 0
