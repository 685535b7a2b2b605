-- A user's private channels. ARGV: user. Returns for each: channel, other user, total.
local answer = {}
for _, member in ipairs(redis.call('ZRANGE', 'userChannels:' .. ARGV[1], 0, -1)) do
  local channel = string.sub(member, 1, 36)
  answer[#answer + 1] = channel
  answer[#answer + 1] = string.sub(member, 38)
  answer[#answer + 1] = tostring(redis.call('LLEN', 'channelMessages:' .. channel))
end
return answer
