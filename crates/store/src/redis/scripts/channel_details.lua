-- General, a group or a named channel as it is now, for any asker. ARGV: channel. Returns its details; "" for any other
-- channel.
local channel = ARGV[1]
local kind = redis.call('HGET', 'channel:' .. channel, 'kind')
return (channel == 'public' or kind == 'group' or kind == 'named') and details_of(channel) or ''
