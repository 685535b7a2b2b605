-- Members of groups and named channels, and the names of public ones.

-- Adds a member, to whom all of the channel counts as read.
local function add_member(channel, user, owner, at, score)
  local folded = redis.call('HGET', 'user:' .. user, 'folded')
  redis.call('HSET', 'channelUsers:' .. channel, user, at)
  redis.call('ZADD', 'channelMembers:' .. channel, 0, folded .. '\0' .. user)
  redis.call('ZADD', 'userChannels:' .. user, score, channel)
  redis.call('ZADD', 'userMemberships:' .. user, score, channel)
  redis.call('HSET', 'channelRead:' .. channel, user, redis.call('LLEN', 'channelMessages:' .. channel))
  if owner then redis.call('SADD', 'channelOwners:' .. channel, user) end
end

-- Removes a member, with all that was chosen, counted and noted.
local function remove_member(channel, user)
  local folded = redis.call('HGET', 'user:' .. user, 'folded')
  redis.call('HDEL', 'channelUsers:' .. channel, user)
  redis.call('ZREM', 'channelMembers:' .. channel, folded .. '\0' .. user)
  redis.call('ZREM', 'userChannels:' .. user, channel)
  redis.call('ZREM', 'userMemberships:' .. user, channel)
  redis.call('HDEL', 'channelRead:' .. channel, user)
  redis.call('HDEL', 'channelPreferences:' .. channel, user)
  redis.call('SREM', 'channelOwners:' .. channel, user)
  redis.call('SREM', 'channelTold:' .. channel, user)
  redis.call('ZREMRANGEBYLEX', 'userMentions:' .. user, '[' .. channel .. ':', '(' .. channel .. ';')
  local activity = 'userActivity:' .. user
  for _, item in ipairs(redis.call('ZRANGE', activity, 0, -1)) do
    if string.sub(item, 1, #channel + 1) == channel .. ':' then redis.call('ZREM', activity, item) end
  end
end

-- Whether a user can become a member of one more.
local function has_room(user, limit) return redis.call('ZCARD', 'userMemberships:' .. user) < tonumber(limit) end

local function is_user(user) return redis.call('EXISTS', 'user:' .. user) == 1 end

-- Whether a public channel can have a name: its folded form, then its looks, each behind a zero byte.
local function is_free(forms, channel)
  for _, form in ipairs(forms) do
    local by = redis.call('HGET', 'channelNames', form)
    if by and by ~= channel then return false end
  end
  return true
end

-- Puts a public channel's name in the place of its former one. It is listed by it.
local function list_public(channel, forms, archived)
  local key = 'channelForms:' .. channel
  for _, form in ipairs(redis.call('LRANGE', key, 0, -1)) do redis.call('HDEL', 'channelNames', form) end
  local folded = redis.call('LINDEX', key, 0)
  if folded then
    redis.call('ZREM', 'channelsPublic', folded .. '\0' .. channel)
    redis.call('ZREM', 'channelsArchived', folded .. '\0' .. channel)
  end
  redis.call('DEL', key)
  redis.call('RPUSH', key, unpack(forms))
  for _, form in ipairs(forms) do redis.call('HSET', 'channelNames', form, channel) end
  redis.call('ZADD', archived and 'channelsArchived' or 'channelsPublic', 0, forms[1] .. '\0' .. channel)
end

-- Counts the changes of a channel and of its members: by it a node knows after a cut that it has missed some.
local function count_edition(channel) redis.call('HINCRBY', 'channel:' .. channel, 'edition', 1) end

-- Tells those who follow the channel, and users whose nodes may not follow it yet or any more.
local function tell_change(channel, users, news)
  for _, user in ipairs(users) do publish('userFeed:' .. user, news) end
  publish(channel, news)
end

