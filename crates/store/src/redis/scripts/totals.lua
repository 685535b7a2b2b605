-- A user's private channels. ARGV: user. Returns for each: channel, other user, total. What is no list is left out.
local answer = {}
for _, member in ipairs(redis.pcall('ZRANGE', 'userChannels:' .. ARGV[1], 0, -1)) do
  local channel = string.sub(member, 1, 36)
  local total = redis.pcall('LLEN', 'channelMessages:' .. channel)
  if type(total) == 'number' then
    answer[#answer + 1] = channel
    answer[#answer + 1] = string.sub(member, 38)
    answer[#answer + 1] = tostring(total)
  end
end
return answer
