-- General, then a user's private channels, newest talk first. ARGV: user, limit
-- Returns for each: channel, other user, other's name, total, read mark, last message.
local answer = {}
local function add(channel, other)
  local list = 'channelMessages:' .. channel
  answer[#answer + 1] = channel
  answer[#answer + 1] = other
  answer[#answer + 1] = other ~= '' and redis.call('HGET', 'user:' .. other, 'name') or ''
  answer[#answer + 1] = tostring(redis.call('LLEN', list))
  answer[#answer + 1] = redis.call('HGET', 'channelRead:' .. channel, ARGV[1]) or '0'
  answer[#answer + 1] = redis.call('LINDEX', list, -1) or ''
end
add('public', '')
for _, member in ipairs(redis.call('ZREVRANGE', 'userChannels:' .. ARGV[1], 0, ARGV[2] - 2)) do
  add(string.sub(member, 1, 36), string.sub(member, 38))
end
return answer
