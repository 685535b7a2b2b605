-- Does what storing a message needs: runs as a script, writes and publishes. ARGV: node
redis.call('SET', 'ready', ARGV[1], 'EX', 60)
publish('ready', ARGV[1])
return 1
