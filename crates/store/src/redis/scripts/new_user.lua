-- Why a name can't be a new user's: 0 if it is taken, 2 if it looks like another's; nil if it can be.
local function unfit_name(folded, looks)
  if redis.call('EXISTS', 'usersUsernameListIndex:' .. folded) == 1 then return 0 end
  for _, look in ipairs(looks) do
    if redis.call('HEXISTS', 'namesByLook', look) == 1 then return 2 end
  end
end

-- Creates a user whose name can be a new user's.
local function new_user(uuid, name, folded, password, user, looks)
  for _, look in ipairs(looks) do redis.call('HSET', 'namesByLook', look, uuid) end
  local index = redis.call('RPUSH', 'users', user) - 1
  redis.call('SET', 'usersUsernameListIndex:' .. folded, index)
  redis.call('SET', 'usersUUIDListIndex:' .. uuid, index)
  redis.call('SET', 'usersUsernameUUID:' .. folded, uuid)
  redis.call('HSET', 'user:' .. uuid, 'name', name, 'folded', folded, 'password', password)
  redis.call('ZADD', 'usersOffline', 0, folded .. '\0' .. uuid)
  redis.call('SET', 'channelSenderRecipient:' .. uuid .. ':public', 'public')
  redis.call('HSET', 'channelRead:public', uuid, redis.call('LLEN', 'channelMessages:public'))
end

