-- A member's preferences for a channel, and puts others in their place if they are the expected ones.
-- ARGV: channel, user, expected JSON or "", new JSON or "" for none, news
-- Returns the preferences as they were, and the channel's kind.
local channel, user, expected, new, news = unpack(ARGV)
local rights, kind, low, high = rights_of(user, channel), 'general', nil, nil
if rights and not rights.member then return denied(rights.reads and 'NotMember' or 'NotFound') end
if rights then
  kind = rights.kind
elseif channel ~= 'public' then
  kind, low, high = unpack(redis.call('HMGET', 'channel:' .. channel, 'kind', 'low', 'high'))
  if kind ~= 'direct' or (low ~= user and high ~= user) then return denied('NotFound') end
end
local key = 'channelPreferences:' .. channel
local now = redis.call('HGET', key, user) or ''
if new ~= '' and now == expected then
  redis.call('HSET', key, user, new)
  note_level(channel, kind, user, new)
  publish('userFeed:' .. user, news)
end
return { now, kind }
