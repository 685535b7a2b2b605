-- Moves a read mark forward, up to the channel's end. ARGV: channel, user, seq, news before and after it
-- Returns where the mark is.
local channel, user, seq, before, after = unpack(ARGV)
local marks = 'channelRead:' .. channel
local mark = math.min(tonumber(seq), redis.call('LLEN', 'channelMessages:' .. channel))
mark = math.max(mark, tonumber(redis.call('HGET', marks, user) or 0))
mark = string.format('%d', mark)
redis.call('HSET', marks, user, mark)
publish('userFeed:' .. user, before .. mark .. after)
return tonumber(mark)
