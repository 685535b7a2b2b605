-- A user's part in a channel. ARGV: channel, user
-- Returns the channel's kind or "", of a group or a named channel its details, the user, their read mark, and its rev.
local channel, user = ARGV[1], ARGV[2]
local kind = redis.call('HGET', 'channel:' .. channel, 'kind') or ''
if kind ~= 'group' and kind ~= 'named' then
  return { kind, '', person(user, false), '0', '0' }
end
local owner = redis.call('SISMEMBER', 'channelOwners:' .. channel, user) == 1
local mark = redis.call('HGET', 'channelRead:' .. channel, user) or '0'
return { kind, details_of(channel), person(user, owner), mark, redis.call('HGET', 'channel:' .. channel, 'rev') or '0' }
