-- Ends a report, for an admin. ARGV: asker, the report's UUID
if redis.call('SISMEMBER', 'admins', ARGV[1]) == 0 then return refuse('NotAdmin') end
redis.call('ZREM', 'reports', ARGV[2])
if redis.call('DEL', 'report:' .. ARGV[2]) == 0 then return refuse('NoReport') end
return 1
