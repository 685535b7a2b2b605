-- The user with a folded name. ARGV: folded name. Returns UUID, name and password.
local uuid = redis.call('GET', 'usersUsernameUUID:' .. ARGV[1])
if not uuid then return {} end
local user = redis.call('HMGET', 'user:' .. uuid, 'name', 'password')
return { uuid, user[1], user[2] }
