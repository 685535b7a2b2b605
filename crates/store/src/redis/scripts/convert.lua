-- Brings a key of version 0.1 up to date, once or again. ARGV: key
-- There userChannels:<user> named <channel>:<other user>, and the two users of a channel stood nowhere else.
local key = ARGV[1]
local one, two = string.match(key, '^channelSenderRecipient:([^:]+):([^:]+)$')
if one and two ~= 'public' then
  local channel = redis.pcall('GET', key)
  if type(channel) == 'string' then note_direct(channel, one, two) end
  return 1
end
local user = string.match(key, '^userChannels:(.+)$')
local members = user and redis.pcall('ZRANGE', key, 0, -1, 'WITHSCORES') or {}
for at = 1, #members, 2 do
  local channel, other = string.match(members[at], '^([^:]+):(.+)$')
  if channel then
    note_direct(channel, user, other)
    redis.call('ZREM', key, members[at])
    redis.call('ZADD', key, 'GT', members[at + 1], channel)
  end
end
return 1
