-- The channel of two users. ARGV: user, recipient, new channel, or "" to make none
-- Returns the recipient's name and the channel, "" if there is none.
local user, recipient, fresh = unpack(ARGV)
local name = redis.call('HGET', 'user:' .. recipient, 'name')
if not name then return {} end
local channel = redis.call('GET', 'channelSenderRecipient:' .. user .. ':' .. recipient)
if not channel and fresh == '' then return { name, '' } end
if not channel then
  channel = fresh
  note_direct(channel, user, recipient)
end
return { name, channel }
