-- Forgets a node that died, unless it lives after all. ARGV: node
if redis.call('EXISTS', 'node:' .. ARGV[1]) == 1 then return 0 end
redis.call('HDEL', 'nodeSessions', ARGV[1])
redis.call('DEL', 'nodeUsers:' .. ARGV[1])
redis.call('SREM', 'nodes', ARGV[1])
return 1
