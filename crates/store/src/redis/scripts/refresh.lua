-- Keeps users shown as online. ARGV: now, then users
for at = 2, #ARGV do redis.call('SET', 'userStatus:' .. ARGV[at], ARGV[1], 'EX', 60) end
return #ARGV - 1
