-- A file that a message holds, as JSON, for a user who can read that. ARGV: user, file
local user, uuid = unpack(ARGV)
local state, channel = unpack(redis.call('HMGET', 'file:' .. uuid, 'state', 'channel'))
if state ~= 'bound' or redis.call('EXISTS', 'user:' .. user) == 0 then return false end
if channel ~= 'public' then
  local rights = rights_of(user, channel)
  local low, high = unpack(redis.call('HMGET', 'channel:' .. channel, 'low', 'high'))
  if not (rights and rights.reads) and low ~= user and high ~= user then return false end
end
return shown_file(uuid)
