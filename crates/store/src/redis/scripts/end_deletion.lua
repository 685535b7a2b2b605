-- Forgets the deletion of a user's messages, if it is still as it was. ARGV: user, what it was
if redis.call('HGET', 'deletions', ARGV[1]) == ARGV[2] then redis.call('HDEL', 'deletions', ARGV[1]) end
return 1
