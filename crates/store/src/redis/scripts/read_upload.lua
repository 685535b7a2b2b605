-- A file that no message holds and whose upload may go on: state, user, token, size, received, width, height. ARGV: file
local file = 'file:' .. ARGV[1]
local state, user, channel, key = unpack(redis.call('HMGET', file, 'state', 'user', 'channel', 'key'))
if state ~= 'begun' and state ~= 'complete' or not may_upload(user, channel, key) then return {} end
return redis.call('HMGET', file, 'state', 'user', 'token', 'size', 'received', 'width', 'height')
