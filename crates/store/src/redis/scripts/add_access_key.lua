-- Adds an access key, unless the password is not that one any more, and drops the user's keys that have lapsed
-- and all but the newest. ARGV: user, password, digest, lifetime in seconds, how many keys to keep, the device's name
local user, password, digest, lifetime, limit, device = unpack(ARGV)
local known, deactivated = unpack(redis.call('HMGET', 'user:' .. user, 'password', 'deactivatedAt'))
if known ~= password or deactivated then return 0 end
local key, now = 'access_key:' .. user, tonumber(redis.call('TIME')[1])
local others, ended = {}, 0
local found = redis.call('HGETALL', key)
for at = 1, #found, 2 do
  local used = math.min(tonumber(found[at + 1]) or 0, now)
  if now - used >= tonumber(lifetime) then ended = ended + redis.call('HDEL', key, found[at])
  else others[#others + 1] = { found[at], used } end
end
table.sort(others, function(one, other) return one[2] > other[2] end)
for at = tonumber(limit), #others do ended = ended + redis.call('HDEL', key, others[at][1]) end
redis.call('HSET', key, digest, string.format('%d', now))
name_device(user, digest, device)
if ended > 0 then end_lost(user) end
return 1
