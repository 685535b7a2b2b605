-- A channel with the asker's membership, if the asker can read it. ARGV: asker, channel
-- Returns its details, whether the asker is a member and an owner, and their preferences or "".
local asker, channel = ARGV[1], ARGV[2]
local member, owner = true, false
if channel ~= 'public' then
  local rights = rights_of(asker, channel)
  if not rights or not rights.reads then return denied('NotFound') end
  member, owner = rights.member, rights.owner
end
local preferences = redis.call('HGET', 'channelPreferences:' .. channel, asker) or ''
return { details_of(channel), member and '1' or '0', owner and '1' or '0', preferences }
