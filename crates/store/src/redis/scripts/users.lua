-- One page of users, online first. ARGV: folded prefix, offset, limit
-- Returns the total, the number of online ones on this page, then member and name of each.
local prefix, offset, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local low, high = '[' .. prefix, '[' .. prefix .. '\255'
local online = redis.call('ZLEXCOUNT', 'usersOnline', low, high)
local total = online + redis.call('ZLEXCOUNT', 'usersOffline', low, high)
local page = redis.call('ZRANGE', 'usersOnline', low, high, 'BYLEX', 'LIMIT', offset, limit)
local count = #page
local rest = redis.call('ZRANGE', 'usersOffline', low, high, 'BYLEX', 'LIMIT',
  math.max(offset - online, 0), limit - count)
local answer = { tostring(total), tostring(count) }
for _, members in ipairs({ page, rest }) do
  for _, member in ipairs(members) do
    local uuid = string.sub(member, -36)
    answer[#answer + 1] = uuid
    answer[#answer + 1] = redis.call('HGET', 'user:' .. uuid, 'name')
  end
end
return answer
