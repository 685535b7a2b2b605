-- Puts what a user has chosen for all notifications in the place of the expected JSON. ARGV: user, expected JSON, new JSON
-- Returns the JSON as it was. "" is the default.
local user, expected, new = unpack(ARGV)
local name, now = unpack(redis.call('HMGET', 'user:' .. user, 'name', 'notify'))
if not name then return redis.error_reply('GONE this Redis does not hold the user any more') end
now = now or ''
if now == expected then
  if new == '' then redis.call('HDEL', 'user:' .. user, 'notify') else redis.call('HSET', 'user:' .. user, 'notify', new) end
end
return now
