-- One page of the members of a group or a named channel, online first. ARGV: asker, channel, folded prefix, offset, limit
-- Returns the total, then for each what add_listed adds, whether they own the channel, and whether they are online.
local asker, channel, prefix, offset, limit = unpack(ARGV)
local rights = rights_of(asker, channel)
if not rights or not rights.reads then return denied('NotFound') end
local first, last = tonumber(offset) + 1, tonumber(offset) + tonumber(limit)
local answer, place = { '' }, 0
for _, key in ipairs({ 'usersOnline', 'usersOffline' }) do
  for _, member in ipairs(redis.call('ZINTER', 2, 'channelMembers:' .. channel, key)) do
    if string.sub(member, 1, #prefix) == prefix then
      place = place + 1
      if place >= first and place <= last then
        local user = string.sub(member, -36)
        add_listed(answer, user)
        answer[#answer + 1] = tostring(redis.call('SISMEMBER', 'channelOwners:' .. channel, user))
        answer[#answer + 1] = key == 'usersOnline' and '1' or '0'
      end
    end
  end
end
answer[1] = tostring(place)
return answer
