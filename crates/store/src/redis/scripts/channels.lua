-- One page of named channels by name: public ones, and the asker's private ones. ARGV: asker, folded prefix, offset,
-- limit, whether archived ones are listed. Returns the total, then for each what channel_of.lua returns.
local asker, prefix, offset, limit, archived = unpack(ARGV)
local low, high, first, size = '[' .. prefix, '[' .. prefix .. '\255', tonumber(offset), tonumber(limit)
local found, total = {}, 0
for _, key in ipairs(archived == '1' and { 'channelsPublic', 'channelsArchived' } or { 'channelsPublic' }) do
  total = total + redis.call('ZLEXCOUNT', key, low, high)
  -- What stands behind these in one of the lists stands behind the page in all of them.
  for _, member in ipairs(redis.call('ZRANGEBYLEX', key, low, high, 'LIMIT', 0, first + size)) do
    found[#found + 1] = member
  end
end
for _, channel in ipairs(redis.call('ZRANGE', 'userMemberships:' .. asker, 0, -1)) do
  local kind, private, folded, is_archived =
    unpack(redis.call('HMGET', 'channel:' .. channel, 'kind', 'private', 'folded', 'archived'))
  if kind == 'named' and private == '1' and string.sub(folded, 1, #prefix) == prefix
    and (archived == '1' or is_archived ~= '1') then
    total = total + 1
    found[#found + 1] = folded .. '\0' .. channel
  end
end
table.sort(found)
local answer = { tostring(total) }
for place = first + 1, math.min(first + size, #found) do
  local channel = string.sub(found[place], -36)
  local rights = rights_of(asker, channel)
  answer[#answer + 1] = details_of(channel)
  answer[#answer + 1] = rights and rights.member and '1' or '0'
  answer[#answer + 1] = rights and rights.owner and '1' or '0'
  answer[#answer + 1] = redis.call('HGET', 'channelPreferences:' .. channel, asker) or ''
end
return answer
