-- The set `restricted` holds the deactivated users, and of each block `<who blocks>:<who is blocked>`.

-- Whether one of the two is deactivated, or has blocked the other.
local function are_separate(user, other)
  local found = redis.call('SMISMEMBER', 'restricted', other, user, user .. ':' .. other, other .. ':' .. user)
  return found[1] + found[2] + found[3] + found[4] > 0
end

