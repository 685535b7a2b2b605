-- Members of a channel with subscriptions: those at the level "all", or all members, and others who are named.
-- ARGV: channel, whether all members, cursor, lifetime of an access key in seconds, how many a page looks at,
-- the senders of the messages in one, users
-- Returns the next cursor and the channel's kind; of each member the UUID, the preferences or "", the read mark, those of
-- the senders whom they have blocked in one, and the subscriptions.
-- There may be more users than can be unpacked.
local channel, all, cursor, lifetime, limit = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local kind = channel == 'public' and 'general' or redis.call('HGET', 'channel:' .. channel, 'kind') or ''
local members = 'channelUsers:' .. channel
local is_small = channel ~= 'public' and redis.call('HLEN', members) < tonumber(limit)
local users, next = {}, '0'
local function scan(set) next, users = unpack(redis.call('SSCAN', set, cursor, 'COUNT', limit)) end
if kind == 'group' or (kind == 'named' and all == '1' and is_small) then users = redis.call('HKEYS', members)
elseif all == '1' then scan('pushUsers')
else scan('channelTold:' .. channel) end
if cursor == '0' then for at = 7, #ARGV do users[#users + 1] = ARGV[at] end end
local answer, seen = { { next, kind } }, {}
local function blocks(user)
  local found = {}
  for sender in string.gmatch(ARGV[6], '%S+') do
    if redis.call('SISMEMBER', 'restricted', user .. ':' .. sender) == 1 then found[#found + 1] = sender end
  end
  return table.concat(found, ' ')
end
for _, user in ipairs(users) do
  if not seen[user] and redis.call('SISMEMBER', 'pushUsers', user) == 1 and is_member(user, channel) then
    seen[user] = true
    local subscriptions = subscriptions_of(user, lifetime)
    local member = { user, redis.call('HGET', 'channelPreferences:' .. channel, user) or '',
      redis.call('HGET', 'channelRead:' .. channel, user) or '0', '' }
    for _, part in ipairs(subscriptions) do member[#member + 1] = part end
    if #subscriptions > 0 then
      member[4] = blocks(user)
      answer[#answer + 1] = member
    end
  end
end
return answer
