-- Adds a member from an export. ARGV: channel, user, since when or "" for who is one anyway, the same in µs, whether they
-- own it, up to where they have read, their preferences
local channel, user, since, score, owner, read, preferences = unpack(ARGV)
local users, members = 'channelUsers:' .. channel, 'channelMembers:' .. channel
local function note_group(command)
  local people = redis.call('HKEYS', users)
  table.sort(people)
  local group = table.concat(people, ':')
  if command == 'HDEL' then redis.call('HDEL', 'channelGroups', group)
  else redis.call('HSET', 'channelGroups', group, channel) end
end
if since ~= '' then
  local is_group = redis.call('HGET', 'channel:' .. channel, 'kind') == 'group'
  if is_group then note_group('HDEL') end
  redis.call('HSET', users, user, since)
  if is_group then note_group('HSET') end
  redis.call('ZADD', members, 0, redis.call('HGET', 'user:' .. user, 'folded') .. '\0' .. user)
  redis.call('ZADD', 'userChannels:' .. user, score, channel)
  redis.call('ZADD', 'userMemberships:' .. user, score, channel)
  if owner == '1' then redis.call('SADD', 'channelOwners:' .. channel, user) end
end
redis.call('HSET', 'channelRead:' .. channel, user, read)
redis.call('HSET', 'channelPreferences:' .. channel, user, preferences)
note_level(channel, channel == 'public' and 'general' or redis.call('HGET', 'channel:' .. channel, 'kind'), user, preferences)
return 1
