-- A user's channels: General, the direct ones with the newest messages, and if wanted all groups and named channels.
-- ARGV: user, most channels but for groups and named ones, "1" if these are wanted, too
-- Returns UUID and name of the sender of General's last message, then for each channel: its name, of a direct one the
-- other user and their name, total, read mark, last message, when that was or since when the user is a member in µs, the
-- user's preferences or "", whether the user owns it, its details if groups and named channels are wanted, its rev, what
-- the last message shows of the one that it answers, how many unread messages mention the user, and the Seq of the first
-- or "". What is no list is left out.
local user, wanted = ARGV[1], ARGV[3] == '1'
local general = redis.call('LINDEX', 'channelMessages:public', -1) or ''
local sender = string.match(general, '"SenderUUID":"([%x-]+)"') or ''
local answer = { sender, redis.call('HGET', 'user:' .. sender, 'name') or '' }
-- Unread messages that mention the user or answer them, and those that mention all.
local function mentions_of(channel, mark, total)
  local own, all = 'userMentions:' .. user, 'channelMentions:' .. channel
  local from, to = '(' .. place_of(channel, mark), '[' .. place_of(channel, total)
  local after = '(' .. string.format('%d', mark)
  local count = redis.call('ZLEXCOUNT', own, from, to) + redis.call('ZCOUNT', all, after, total)
  if count == 0 then return '0', '' end
  local first = tonumber(string.sub(redis.call('ZRANGEBYLEX', own, from, to, 'LIMIT', 0, 1)[1] or '', -16))
  local first_of_all = tonumber(redis.call('ZRANGEBYSCORE', all, after, total, 'LIMIT', 0, 1)[1])
  return tostring(count), string.format('%d', math.min(first or first_of_all, first_of_all or first))
end
local function add(channel, other, at, owner, details, rev)
  local list = 'channelMessages:' .. channel
  local total = redis.pcall('LLEN', list)
  if type(total) ~= 'number' then return end
  local mark = tonumber(redis.call('HGET', 'channelRead:' .. channel, user) or 0) or 0
  local last = redis.call('LINDEX', list, -1) or ''
  local mentions, first = '0', ''
  if mark < total then mentions, first = mentions_of(channel, mark, total) end
  for _, value in ipairs({
    channel, other, other ~= '' and redis.call('HGET', 'user:' .. other, 'name') or '', tostring(total),
    string.format('%d', mark), last, at,
    redis.call('HGET', 'channelPreferences:' .. channel, user) or '', owner and '1' or '0', details,
    tostring(rev or 0), answered_by(channel, last, total), mentions, first,
  }) do answer[#answer + 1] = value end
end
add('public', '', '0', false, wanted and details_of('public') or '', rev_of('public'))
-- Groups and named channels stand among the direct ones.
local key, room = 'userChannels:' .. user, ARGV[2] - 1
local memberships = 'userMemberships:' .. user
local talks = redis.call('ZREVRANGE', key, 0, room + redis.call('ZCARD', memberships) - 1, 'WITHSCORES')
for at = 1, #talks, 2 do
  local low, high, rev = unpack(redis.call('HMGET', 'channel:' .. talks[at], 'low', 'high', 'rev'))
  if low and room > 0 then
    add(talks[at], low == user and high or low, talks[at + 1], false, '', rev)
    room = room - 1
  end
end
local members = wanted and redis.call('ZRANGE', memberships, 0, -1, 'WITHSCORES') or {}
for at = 1, #members, 2 do
  local channel = members[at]
  local owner = redis.call('SISMEMBER', 'channelOwners:' .. channel, user) == 1
  add(channel, '', members[at + 1], owner, details_of(channel), rev_of(channel))
end
return answer
