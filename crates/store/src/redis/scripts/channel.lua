-- The channel that a user means: of the two users, or a group or a named one. ARGV: user, recipient or channel, new
-- channel, or "" to make none. Returns the recipient's name, "" if it is no user's, and the channel, "" if there is none.
local user, recipient, fresh = unpack(ARGV)
local name = redis.call('HGET', 'user:' .. recipient, 'name')
if not name then
  local rights = rights_of(user, recipient)
  return rights and rights.reads and { '', recipient } or {}
end
local channel = redis.call('GET', 'channelSenderRecipient:' .. user .. ':' .. recipient)
if not channel and fresh == '' then return { name, '' } end
if not channel then
  channel = fresh
  note_direct(channel, user, recipient)
end
return { name, channel }
