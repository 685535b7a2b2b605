-- Forgets a file that has ended. ARGV: file
local file = 'file:' .. ARGV[1]
if redis.call('SREM', 'filesEnded', ARGV[1]) == 0 then return 0 end
local user, size = unpack(redis.call('HMGET', file, 'user', 'size'))
if user then count_bytes(user, -tonumber(size)) end
redis.call('DEL', file)
return 1
