-- Open reports, newest first, for an admin. ARGV: asker, below which place, how many
-- Returns for each its place and its JSON.
local asker, below, limit = unpack(ARGV)
if redis.call('SISMEMBER', 'admins', asker) == 0 then return refuse('NotAdmin') end
local answer = {}
local found = redis.call('ZREVRANGEBYSCORE', 'reports', below, '-inf', 'WITHSCORES')
for at = 1, #found, 2 do
  if #answer >= 2 * limit then break end
  local json = redis.call('GET', 'report:' .. found[at])
  if json then
    answer[#answer + 1] = found[at + 1]
    answer[#answer + 1] = json
  else
    -- Its time is over.
    redis.call('ZREM', 'reports', found[at])
  end
end
return answer
