-- Why a user may not write in a channel, whose other user is this one if it is direct, or ""; nil if they may. What stores a
-- message (append_plain.lua) asks the same in its own order.
local function refused_writer(user, channel, other)
  if other ~= '' then return are_separate(user, other) and 'Closed' or nil end
  if redis.call('SISMEMBER', 'restricted', user) == 1 then return 'Closed' end
  return unfit_to_write(user, channel)
end

