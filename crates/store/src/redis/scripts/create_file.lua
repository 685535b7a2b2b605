-- Begins an upload. ARGV: file, user, session, channel, name, size, width or "", height or "", digest of the token, clientUUID
-- or "", when in seconds, how many bytes the user's files may have, how many all or "", how many uploads a session has, digest
-- of the access key, the other user if the channel is direct or ""
-- Returns the file, and how many bytes are there.
local uuid, user, session, channel, name, size, width, height, token, client, now, quota, space, most, key, other = unpack(ARGV)
local why = refused_writer(user, channel, other)
if why then return denied(why) end
local named = 'fileClient:' .. user .. ':' .. client
local known = client ~= '' and redis.call('GET', named)
if known then
  local state, received = unpack(redis.call('HMGET', 'file:' .. known, 'state', 'received'))
  if state == 'begun' or state == 'complete' then
    redis.call('HSET', 'file:' .. known, 'token', token, 'key', key)
    return { known, received }
  end
end
local uploads = 'fileUploads:' .. session
for _, upload in ipairs(redis.call('SMEMBERS', uploads)) do
  if redis.call('HGET', 'file:' .. upload, 'state') ~= 'begun' then redis.call('SREM', uploads, upload) end
end
if redis.call('SCARD', uploads) >= tonumber(most) then return denied('TooManyUploads') end
local function used(of) return tonumber(redis.call('HGET', 'fileBytes', of) or 0) + tonumber(size) end
if used(user) > tonumber(quota) then return denied('FileQuota') end
if space ~= '' and used('') > tonumber(space) then return denied('FileSpace') end
local file = 'file:' .. uuid
redis.call('HSET', file, 'state', 'begun', 'user', user, 'channel', channel, 'name', name, 'size', size, 'received', 0,
  'token', token, 'key', key)
if width ~= '' then redis.call('HSET', file, 'width', width, 'height', height) end
if client ~= '' then redis.call('SET', named, uuid, 'EX', 86400) end
redis.call('ZADD', 'fileTimes', now, uuid)
redis.call('SADD', uploads, uuid)
redis.call('EXPIRE', uploads, 86400)
count_bytes(user, tonumber(size))
return { uuid, '0' }
