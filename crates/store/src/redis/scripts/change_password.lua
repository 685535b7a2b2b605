-- Changes a password and ends all access keys but one. ARGV: user, password, user JSON,
--       digest to keep, news
local user, password, json, kept, news = unpack(ARGV)
local index = redis.call('GET', 'usersUUIDListIndex:' .. user)
if not index then return 0 end
redis.call('LSET', 'users', index, json)
redis.call('HSET', 'user:' .. user, 'password', password)
for _, digest in ipairs(redis.call('HKEYS', 'access_key:' .. user)) do
  if digest ~= kept then redis.call('HDEL', 'access_key:' .. user, digest) end
end
redis.call('PUBLISH', 'feed', news)
return 1
