-- What concerns a user and can be read by the user now, newest first. ARGV: user, below which score or "+inf", limit
-- Returns for each its score, the item, the message's element, and what that shows of the message that it answers.
local user, below, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
if below ~= '+inf' then below = '(' .. below end
local items = redis.call('ZREVRANGEBYSCORE', 'userActivity:' .. user, below, '-inf', 'WITHSCORES')
local readable, answer = {}, {}
local function can_read(channel)
  if readable[channel] == nil then
    local rights = rights_of(user, channel)
    local low, high = unpack(redis.call('HMGET', 'channel:' .. channel, 'low', 'high'))
    readable[channel] = channel == 'public' or low == user or high == user or (rights ~= nil and rights.reads)
  end
  return readable[channel]
end
for at = 1, #items, 2 do
  if #answer >= 4 * limit then break end
  local channel, seq = string.match(items[at], '^([^:]+):(%d+):')
  if channel and can_read(channel) then
    seq = tonumber(seq)
    local total = redis.call('LLEN', 'channelMessages:' .. channel)
    local element = seq >= 1 and seq <= total and read_messages(channel, seq, seq, total)[1]
    local message = element and decode(element)
    if message and not message.DeletedAt then
      answer[#answer + 1] = items[at + 1]
      answer[#answer + 1] = items[at]
      answer[#answer + 1] = element
      answer[#answer + 1] = answered_by(channel, element, total)
    end
  end
end
return answer
