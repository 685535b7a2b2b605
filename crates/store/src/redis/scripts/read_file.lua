-- A file that a message holds, as JSON, for a user who can read that. ARGV: user, file
local user, uuid = unpack(ARGV)
local state, channel = unpack(redis.call('HMGET', 'file:' .. uuid, 'state', 'channel'))
local name, deactivated = unpack(redis.call('HMGET', 'user:' .. user, 'name', 'deactivatedAt'))
if state ~= 'bound' or not name or deactivated then return false end
if channel ~= 'public' then
  local rights = rights_of(user, channel)
  local low, high = unpack(redis.call('HMGET', 'channel:' .. channel, 'low', 'high'))
  if not (rights and rights.reads) and low ~= user and high ~= user then return false end
end
return shown_file(uuid)
