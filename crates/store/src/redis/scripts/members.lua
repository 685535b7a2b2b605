-- The first members of General by name, as if a user had joined it. ARGV: limit, user
-- Returns the total, then what add_listed adds of each.
local key = 'channelMembers:public'
local folded = redis.call('HGET', 'user:' .. ARGV[2], 'folded')
local joining = folded and folded .. '\0' .. ARGV[2]
local added = joining and redis.call('ZADD', key, 0, joining) == 1
local answer = { tostring(redis.call('ZCARD', key)) }
for _, member in ipairs(redis.call('ZRANGE', key, 0, ARGV[1] - 1)) do
  add_listed(answer, string.sub(member, -36))
end
if added then redis.call('ZREM', key, joining) end
return answer
