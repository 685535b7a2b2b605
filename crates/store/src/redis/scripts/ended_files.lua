-- Ends the files that no message has held since a second, and returns some of those that have ended. ARGV: the second, how many
for _, uuid in ipairs(redis.call('ZRANGEBYSCORE', 'fileTimes', '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])) do end_file(uuid) end
return redis.call('SRANDMEMBER', 'filesEnded', ARGV[2])
