-- Creates a user. ARGV: UUID, name, folded name, password, user JSON, digest of the link by which the user comes or "",
-- now, then the looks of the name
-- Returns 0 if the name is taken, 2 if it looks like another's, 3 if the link can't be used.
local uuid, name, folded, password, user, digest, now = unpack(ARGV)
local by_name = 'usersUsernameListIndex:' .. folded
if redis.call('EXISTS', by_name) == 1 then return 0 end
for at = 8, #ARGV do
  if redis.call('HEXISTS', 'namesByLook', ARGV[at]) == 1 then return 2 end
end
if digest ~= '' then
  local link = find_link(digest, now)
  local claims = link and link.kind == 'claim' and type(link.user) ~= 'string'
  if not claims and not (link and link.kind == 'invite') then return 3 end
  count_use(digest)
  if claims then
    redis.call('HSET', 'user:' .. uuid, 'role', 'admin')
    redis.call('SADD', 'admins', uuid)
  end
end
for at = 8, #ARGV do redis.call('HSET', 'namesByLook', ARGV[at], uuid) end
local index = redis.call('RPUSH', 'users', user) - 1
redis.call('SET', by_name, index)
redis.call('SET', 'usersUUIDListIndex:' .. uuid, index)
redis.call('SET', 'usersUsernameUUID:' .. folded, uuid)
redis.call('HSET', 'user:' .. uuid, 'name', name, 'folded', folded, 'password', password)
redis.call('ZADD', 'usersOffline', 0, folded .. '\0' .. uuid)
redis.call('SET', 'channelSenderRecipient:' .. uuid .. ':public', 'public')
redis.call('HSET', 'channelRead:public', uuid, redis.call('LLEN', 'channelMessages:public'))
return 1
