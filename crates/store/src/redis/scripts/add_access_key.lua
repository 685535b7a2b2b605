-- Adds an access key, unless the password is not that one any more. ARGV: user, password, digest, now
if redis.call('HGET', 'user:' .. ARGV[1], 'password') ~= ARGV[2] then return 0 end
redis.call('HSET', 'access_key:' .. ARGV[1], ARGV[3], ARGV[4])
return 1
