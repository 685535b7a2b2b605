-- The messages of a channel that have changed. ARGV: channel, behind which Rev, limit, user of a group or a named channel
-- or "". Returns the total, up to which Rev these are all, then the messages in the order of Rev.
local channel, after, limit, user = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
if user ~= '' then
  local rights = rights_of(user, channel)
  if not rights or not rights.reads then return denied('NotFound') end
end
local total, rev = redis.call('LLEN', 'channelMessages:' .. channel), rev_of(channel)
local found = redis.call('ZRANGEBYSCORE', 'channelChanges:' .. channel, '(' .. after, '+inf', 'WITHSCORES', 'LIMIT', 0, limit + 1)
local answer = { tostring(total), string.format('%d', rev) }
if #found > 2 * limit then answer[2] = found[2 * limit] or after end
for place = 1, math.min(#found, 2 * limit), 2 do
  local seq = tonumber(found[place])
  local element = read_messages(channel, seq, seq, total)[1] or ''
  answer[#answer + 1] = found[place]
  answer[#answer + 1] = element
  answer[#answer + 1] = answered_by(channel, element, total)
end
return answer
