-- Uses an access key. ARGV: user, digest, now, lifetime in seconds. Returns the user's name.
local key = 'access_key:' .. ARGV[1]
local used = redis.call('HGET', key, ARGV[2])
if not used then return false end
if ARGV[3] - used >= tonumber(ARGV[4]) then
  redis.call('HDEL', key, ARGV[2])
  return false
end
-- A day's precision is enough for a life of 30, and spares most resumptions a write.
if ARGV[3] - used > 86400 then redis.call('HSET', key, ARGV[2], ARGV[3]) end
return redis.call('HGET', 'user:' .. ARGV[1], 'name')
