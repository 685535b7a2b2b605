-- Whom messages concern: what is counted for them, and what is listed for them later.

-- In a channel of more members only its owners mention all, and so many things that concern a user are listed. lib.rs has
-- the same numbers.
local MENTION_ALL_LIMIT, ACTIVITY_LIMIT = 50, 500

-- A message's place among those of all channels. It sorts by both parts.
local function place_of(channel, seq) return channel .. ':' .. string.format('%016d', seq) end

-- Whether a user is a member of a channel.
local function is_member(user, channel)
  if channel == 'public' then return redis.call('EXISTS', 'user:' .. user) == 1 end
  local low, high = unpack(redis.call('HMGET', 'channel:' .. channel, 'low', 'high'))
  if low then return user == low or user == high end
  return redis.call('HEXISTS', 'channelUsers:' .. channel, user) == 1
end

local function may_mention_all(channel, sender)
  if channel == 'public' then return redis.call('LLEN', 'users') <= MENTION_ALL_LIMIT end
  if redis.call('HEXISTS', 'channel:' .. channel, 'low') == 1 then return false end
  return redis.call('HLEN', 'channelUsers:' .. channel) <= MENTION_ALL_LIMIT
    or redis.call('SISMEMBER', 'channelOwners:' .. channel, sender) == 1
end

-- Sets whom a message mentions: of those that stand in `wanted`, members alone. "all" stands for all members, and "keep"
-- for all members if that is so already.
local function set_mentions(channel, message, wanted)
  local users, all = {}, false
  for word in string.gmatch(wanted, '%S+') do
    if word == 'keep' then all = message.MentionAll
    elseif word == 'all' then all = message.MentionAll or may_mention_all(channel, message.SenderUUID)
    elseif is_member(word, channel) and redis.call('SISMEMBER', 'restricted', word) == 0 then users[#users + 1] = word end
  end
  message.Mentions = #users > 0 and users or nil
  message.MentionAll = all or nil
end

-- Whom a message concerns, and how. `author` is the one whose message it answers.
local function concerned(channel, message, author)
  local found = {}
  if author and author ~= message.SenderUUID and is_member(author, channel) then found[author] = 'reply' end
  for _, user in ipairs(type(message.Mentions) == 'table' and message.Mentions or {}) do found[user] = 'mention' end
  found[message.SenderUUID] = nil
  return { users = found, all = message.MentionAll }
end

-- The author of the message that another one answers.
local function author_answered(channel, message, total)
  local seq = type(message.ReplyTo) == 'table' and tonumber(message.ReplyTo.Seq)
  local answered = seq and seq >= 1 and seq <= total and decode(read_messages(channel, seq, seq, total)[1])
  return answered and answered.SenderUUID or nil
end

-- The members of userActivity:<user>.
local function item_of(channel, seq, kind, by, emoji)
  return place_of(channel, seq) .. ':' .. kind .. ':' .. by .. ':' .. (emoji or '')
end

-- Notes something that concerns a user, at a moment of its own in µs, and forgets what is too old then.
local function note_item(user, item)
  local key, time = 'userActivity:' .. user, redis.call('TIME')
  local at = time[1] * 1000000 + time[2]
  while redis.call('ZCOUNT', key, string.format('%d', at), string.format('%d', at)) > 0 do at = at + 1 end
  redis.call('ZADD', key, 'NX', string.format('%d', at), item)
  redis.call('ZREMRANGEBYRANK', key, 0, -1 - ACTIVITY_LIMIT)
end

-- Takes back what concerns a user and begins so.
local function take_back(user, beginning)
  local key = 'userActivity:' .. user
  for _, item in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    if string.sub(item, 1, #beginning) == beginning then redis.call('ZREM', key, item) end
  end
end

-- Counts and notes a message for those whom it concerns now, and no more for those whom it did before.
local function concern(channel, seq, by, before, now)
  local place, all = place_of(channel, seq), 'channelMentions:' .. channel
  if before.all and not now.all then redis.call('ZREM', all, seq) end
  if now.all then redis.call('ZADD', all, seq, seq) end
  for user, kind in pairs(before.users) do
    if now.all or not now.users[user] then redis.call('ZREM', 'userMentions:' .. user, place) end
    if now.users[user] ~= kind then redis.call('ZREM', 'userActivity:' .. user, item_of(channel, seq, kind, by)) end
  end
  for user, kind in pairs(now.users) do
    if not now.all then redis.call('ZADD', 'userMentions:' .. user, 0, place) end
    if before.users[user] ~= kind then note_item(user, item_of(channel, seq, kind, by)) end
  end
end

