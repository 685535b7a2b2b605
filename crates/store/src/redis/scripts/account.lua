-- The JSON of the user with a folded name. ARGV: folded name
local index = redis.call('GET', 'usersUsernameListIndex:' .. ARGV[1])
if not index then return false end
return redis.call('LINDEX', 'users', index)
