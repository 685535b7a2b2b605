-- The first members of General by name. ARGV: limit. Returns the total, then UUID and name of each.
local answer = { tostring(redis.call('ZCARD', 'channelMembers:public')) }
for _, member in ipairs(redis.call('ZRANGE', 'channelMembers:public', 0, ARGV[1] - 1)) do
  local uuid = string.sub(member, -36)
  answer[#answer + 1] = uuid
  answer[#answer + 1] = redis.call('HGET', 'user:' .. uuid, 'name') or ''
end
return answer
