-- What a user may do in a group or a named channel; nil for any other channel.
local function rights_of(user, channel)
  local kind, private, posting, archived, rev =
    unpack(redis.call('HMGET', 'channel:' .. channel, 'kind', 'private', 'posting', 'archived', 'rev'))
  if kind ~= 'group' and kind ~= 'named' then return nil end
  local member = redis.call('HEXISTS', 'channelUsers:' .. channel, user) == 1
  return {
    kind = kind,
    private = private == '1',
    owners_post = posting == 'owners',
    archived = archived == '1',
    member = member,
    owner = member and redis.call('SISMEMBER', 'channelOwners:' .. channel, user) == 1,
    reads = member or private ~= '1',
    rev = tonumber(rev or 0),
  }
end

-- Whether the user is an admin, who may do there what owners may.
local function governs(user, rights)
  return rights.kind == 'named' and rights.reads and redis.call('SISMEMBER', 'admins', user) == 1
end

-- The answer to a request that may not be done. The word is the store's.
local function denied(why) return redis.error_reply('DENIED ' .. why) end

