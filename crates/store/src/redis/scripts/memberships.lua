-- The groups and named channels of a user. ARGV: user
-- Returns for each: its name, total, read mark, last message, since when in µs, whether the user owns it, the user's
-- preferences or "", its details.
local user, answer = ARGV[1], {}
local function add(channel, since, owner)
  local list = 'channelMessages:' .. channel
  local total = redis.pcall('LLEN', list)
  if type(total) ~= 'number' then return end
  for _, value in ipairs({
    channel, tostring(total), tostring(redis.call('HGET', 'channelRead:' .. channel, user) or 0),
    redis.call('LINDEX', list, -1) or '', since, owner and '1' or '0',
    redis.call('HGET', 'channelPreferences:' .. channel, user) or '', details_of(channel),
  }) do answer[#answer + 1] = value end
end
local memberships = redis.call('ZRANGE', 'userMemberships:' .. user, 0, -1, 'WITHSCORES')
for at = 1, #memberships, 2 do
  local channel = memberships[at]
  add(channel, memberships[at + 1], redis.call('SISMEMBER', 'channelOwners:' .. channel, user) == 1)
end
return answer
