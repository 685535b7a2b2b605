-- Creates a user unless the name is taken. ARGV: UUID, name, folded name, user JSON
local uuid, name, folded, user = unpack(ARGV)
local by_name = 'usersUsernameListIndex:' .. folded
if redis.call('EXISTS', by_name) == 1 then return 0 end
local index = redis.call('RPUSH', 'users', user) - 1
redis.call('SET', by_name, index)
redis.call('SET', 'usersUUIDListIndex:' .. uuid, index)
redis.call('HSET', 'user:' .. uuid, 'name', name, 'folded', folded)
redis.call('ZADD', 'usersOffline', 0, folded .. '\0' .. uuid)
redis.call('SET', 'channelSenderRecipient:' .. uuid .. ':public', 'public')
redis.call('HSET', 'channelRead:public', uuid, redis.call('LLEN', 'channelMessages:public'))
return 1
