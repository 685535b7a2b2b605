-- Uses an access key. ARGV: user, digest, lifetime in seconds. Returns the user's name and
-- standing, or nothing.
-- The clock is Redis', the same for all nodes. A lapsed key is refused and stays: that clock may be wrong, too.
local key = 'access_key:' .. ARGV[1]
local used = tonumber(redis.call('HGET', key, ARGV[2]) or nil)
if not used then return {} end
local now = tonumber(redis.call('TIME')[1])
if now - used >= tonumber(ARGV[3]) then return {} end
-- A day's precision is enough for a life of 30, and spares most resumptions a write. A use that is still to
-- come was noted by a clock ahead.
if now - used > 86400 or used > now then redis.call('HSET', key, ARGV[2], string.format('%d', now)) end
local name, role, deactivated = unpack(redis.call('HMGET', 'user:' .. ARGV[1], 'name', 'role', 'deactivatedAt'))
if not name or deactivated then return {} end
return { name, standing_of(role) }
