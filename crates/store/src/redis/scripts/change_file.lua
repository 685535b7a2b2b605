-- Changes a file that no message holds. ARGV: file, when in seconds, what ("received", "complete", "preview" or "end"), how
-- many bytes, media type, width or "", height or "". Returns 0 if there is none, or its upload may
-- not go on.
local uuid, now, what, size, kind, width, height = unpack(ARGV)
local file = 'file:' .. uuid
local state, user, before, channel, key = unpack(redis.call('HMGET', file, 'state', 'user', 'size', 'channel', 'key'))
if state ~= 'begun' and state ~= 'complete' then return 0 end
if state == 'complete' and (what == 'received' or what == 'complete') then return 0 end
if what == 'end' then
  end_file(uuid)
  return 1
end
if not may_upload(user, channel, key) then return 0 end
if what == 'received' then redis.call('HSET', file, 'received', size)
elseif what == 'preview' then redis.call('HSET', file, 'preview', 1)
else
  redis.call('HSET', file, 'state', 'complete', 'kind', kind, 'size', size, 'received', size)
  redis.call('HDEL', file, 'width', 'height')
  if width ~= '' then redis.call('HSET', file, 'width', width, 'height', height) end
  count_bytes(user, tonumber(size) - tonumber(before))
end
redis.call('ZADD', 'fileTimes', now, uuid)
return 1
