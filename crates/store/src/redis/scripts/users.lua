-- One page of users, online first. ARGV: folded prefix, offset, limit
-- Returns the total, the number of online ones on this page, then what add_listed adds of each.
local prefix, offset, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local low, high = '[' .. prefix, '[' .. prefix .. '\255'
-- A place in the whole set is found at once; LIMIT with an offset would walk there.
local function range(key, skip, count)
  if count <= 0 then return {} end
  local first = redis.call('ZLEXCOUNT', key, '-', '(' .. prefix) + skip
  return redis.call('ZRANGE', key, first, first + count - 1)
end
local online = redis.call('ZLEXCOUNT', 'usersOnline', low, high)
local offline = redis.call('ZLEXCOUNT', 'usersOffline', low, high)
local page = range('usersOnline', offset, math.min(limit, online - offset))
local skip = math.max(offset - online, 0)
local rest = range('usersOffline', skip, math.min(limit - #page, offline - skip))
local answer = { tostring(online + offline), tostring(#page) }
for _, members in ipairs({ page, rest }) do
  for _, member in ipairs(members) do
    add_listed(answer, string.sub(member, -36))
  end
end
return answer
