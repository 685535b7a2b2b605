-- Notes that a channel is the direct one of two users. What is there already stays.
local function note_direct(channel, one, other)
  local low, high = one, other
  if high < low then low, high = high, low end
  redis.call('SETNX', 'channelSenderRecipient:' .. one .. ':' .. other, channel)
  redis.call('SETNX', 'channelSenderRecipient:' .. other .. ':' .. one, channel)
  redis.call('HSET', 'channel:' .. channel, 'kind', 'direct', 'low', low, 'high', high)
end

