-- Sets what one node knows of a user's sessions, and announces what follows from it.
-- ARGV: user, node, sessions there, of them in General, the node's sessions, now,
--       JSON of the news that the user is offline, then pairs of a Pub/Sub channel and news
-- Returns the number of sessions on the whole system. With -1 as the node's sessions it buries a node that died;
-- returns -1 if that lives.
local user, node, sessions, general, all, now, gone = unpack(ARGV)
if all == '-1' and redis.call('EXISTS', 'node:' .. node) == 1 then return -1 end
local folded = redis.call('HGET', 'user:' .. user, 'folded')
-- Somebody may have emptied this Redis under running nodes.
if not folded then return 0 end
local member = folded .. '\0' .. user
local function set(key, field, value)
  if tonumber(value) > 0 then redis.call('HSET', key, field, value)
  else redis.call('HDEL', key, field) end
end
local was_online = redis.call('EXISTS', 'userSessions:' .. user) == 1
set('userSessions:' .. user, node, sessions)
set('nodeUsers:' .. node, user, sessions)
set('generalSessions:' .. user, node, general)
if tonumber(all) >= 0 then set('nodeSessions', node, all) end
if redis.call('EXISTS', 'generalSessions:' .. user) == 1 then
  redis.call('HSETNX', 'channelUsers:public', user, now)
  redis.call('ZADD', 'channelMembers:public', 0, member)
else
  redis.call('HDEL', 'channelUsers:public', user)
  redis.call('ZREM', 'channelMembers:public', member)
end
local online = redis.call('EXISTS', 'userSessions:' .. user) == 1
if online then
  redis.call('SET', 'userStatus:' .. user, now, 'EX', 60)
  redis.call('ZREM', 'usersOffline', member)
  redis.call('ZADD', 'usersOnline', 0, member)
else
  redis.call('DEL', 'userStatus:' .. user)
  redis.call('ZREM', 'usersOnline', member)
  redis.call('ZADD', 'usersOffline', 0, member)
end
local total = 0
for _, count in ipairs(redis.call('HVALS', 'nodeSessions')) do total = total + count end
local function tell(channel, news)
  publish(channel, '{"sessions":' .. total .. ',"news":' .. news .. '}')
end
for at = 8, #ARGV, 2 do tell(ARGV[at], ARGV[at + 1]) end
if was_online and not online then tell('feed', gone) end
return total
