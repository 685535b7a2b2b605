-- Changes a password and ends all access keys but one. ARGV: user, user JSON, digest to keep, news
local user, json, kept, news = unpack(ARGV)
local index = redis.call('GET', 'usersUUIDListIndex:' .. user)
if not index then return 0 end
redis.call('LSET', 'users', index, json)
for _, digest in ipairs(redis.call('HKEYS', 'access_key:' .. user)) do
  if digest ~= kept then redis.call('HDEL', 'access_key:' .. user, digest) end
end
redis.call('PUBLISH', 'feed', news)
return 1
