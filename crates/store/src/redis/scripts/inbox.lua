-- General, then a user's private channels, newest talk first. ARGV: user, limit
-- Returns UUID and name of the sender of General's last message, then for each channel: its name, the other
-- user, their name, total, read mark, last message, when that was in µs, the user's preferences or "". What is no list
-- is left out.
local general = redis.call('LINDEX', 'channelMessages:public', -1) or ''
local sender = string.match(general, '"SenderUUID":"([%x-]+)"') or ''
local answer = { sender, redis.call('HGET', 'user:' .. sender, 'name') or '' }
local function add(channel, other, at)
  local list = 'channelMessages:' .. channel
  local total = redis.pcall('LLEN', list)
  if type(total) ~= 'number' then return end
  local mark = tonumber(redis.call('HGET', 'channelRead:' .. channel, ARGV[1]) or 0) or 0
  answer[#answer + 1] = channel
  answer[#answer + 1] = other
  answer[#answer + 1] = other ~= '' and redis.call('HGET', 'user:' .. other, 'name') or ''
  answer[#answer + 1] = tostring(total)
  answer[#answer + 1] = string.format('%d', mark)
  answer[#answer + 1] = redis.call('LINDEX', list, -1) or ''
  answer[#answer + 1] = at
  answer[#answer + 1] = redis.call('HGET', 'channelPreferences:' .. channel, ARGV[1]) or ''
end
add('public', '', '0')
-- Groups and named channels stand among them.
local key, room, others = 'userChannels:' .. ARGV[1], ARGV[2] - 1, redis.call('ZCARD', 'userMemberships:' .. ARGV[1])
local talks = redis.call('ZREVRANGE', key, 0, room + others - 1, 'WITHSCORES')
for at = 1, #talks, 2 do
  local low, high = unpack(redis.call('HMGET', 'channel:' .. talks[at], 'low', 'high'))
  if low and room > 0 then
    add(talks[at], low == ARGV[1] and high or low, talks[at + 1])
    room = room - 1
  end
end
return answer
