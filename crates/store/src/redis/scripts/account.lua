-- The user with a folded name. ARGV: folded name. Returns UUID, name, password and standing.
local uuid = redis.call('GET', 'usersUsernameUUID:' .. ARGV[1])
if not uuid then return {} end
local user = redis.call('HMGET', 'user:' .. uuid, 'name', 'password', 'role', 'deactivatedAt')
return { uuid, user[1], user[2], standing_of(user[3], user[4]) }
