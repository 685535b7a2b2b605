-- The channel of two users, made if there is none. ARGV: user, recipient, new channel
-- Returns the recipient's name and the channel.
local user, recipient, fresh = unpack(ARGV)
local name = redis.call('HGET', 'user:' .. recipient, 'name')
if not name then return {} end
local channel = redis.call('GET', 'channelSenderRecipient:' .. user .. ':' .. recipient)
if not channel then
  channel = fresh
  redis.call('SET', 'channelSenderRecipient:' .. user .. ':' .. recipient, channel)
  redis.call('SET', 'channelSenderRecipient:' .. recipient .. ':' .. user, channel)
end
return { name, channel }
