-- Blocks a user for another one, or undoes that. ARGV: user, who is blocked, "1" or "0", how many a user can block
local user, blocked, on, limit = unpack(ARGV)
local key = 'userBlocks:' .. user
if redis.call('EXISTS', 'user:' .. blocked) == 0 then return refuse('NoUser') end
if on == '1' then
  local is_new = redis.call('SISMEMBER', key, blocked) == 0
  if is_new and redis.call('SCARD', key) >= tonumber(limit) then return refuse('TooManyBlocks') end
end
redis.call(on == '1' and 'SADD' or 'SREM', key, blocked)
redis.call(on == '1' and 'SADD' or 'SREM', 'restricted', user .. ':' .. blocked)
return 1
