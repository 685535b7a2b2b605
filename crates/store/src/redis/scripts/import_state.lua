-- Notes what has changed of a message from an export. ARGV: channel, seq, Rev, its root or "", whether it is pinned,
-- then for each reaction an emoji, how many users, and they
local channel, seq, rev, root, pinned = unpack(ARGV, 1, 5)
if root ~= '' then
  redis.call('ZADD', 'channelReplies:' .. channel, 0, string.format('%016d:%016d', root, seq))
end
if rev == '0' then return 1 end
local key = 'channel:' .. channel
if tonumber(redis.call('HGET', key, 'rev') or 0) < tonumber(rev) then redis.call('HSET', key, 'rev', rev) end
redis.call('ZADD', 'channelChanges:' .. channel, rev, seq)
if pinned == '1' then redis.call('ZADD', 'channelPins:' .. channel, seq, seq) end
local place, order = 6, 0
while place <= #ARGV do
  local emoji, count = ARGV[place], tonumber(ARGV[place + 1])
  redis.call('SADD', 'messageReactions:' .. channel, seq .. ':' .. emoji)
  for at = place + 2, place + 1 + count do
    -- Each reaction was a change, so that none of these exceeds the Rev.
    order = order + 1
    redis.call('ZADD', 'messageReactions:' .. channel .. ':' .. seq .. ':' .. emoji, order, ARGV[at])
  end
  place = place + 2 + count
end
return 1
