-- Counts a message from an export for those whom it concerns, and notes it for them. ARGV: channel, seq, when in µs, the
-- sender, whether it mentions all, the Seq that it answers or "", then those whom it mentions by name
local channel, seq, at, sender, all, reply = unpack(ARGV, 1, 6)
if all == '1' then redis.call('ZADD', 'channelMentions:' .. channel, seq, seq) end
local concerned = {}
if reply ~= '' then
  local read, answered = pcall(cjson.decode, redis.call('LINDEX', 'channelMessages:' .. channel, reply - 1) or '')
  if read and type(answered) == 'table' and answered.SenderUUID then concerned[answered.SenderUUID] = 'reply' end
end
for place = 7, #ARGV do concerned[ARGV[place]] = 'mention' end
concerned[sender] = nil
local place = channel .. ':' .. string.format('%016d', seq)
local low, high = unpack(redis.call('HMGET', 'channel:' .. channel, 'low', 'high'))
for user, kind in pairs(concerned) do
  local is_member = channel == 'public' or user == low or user == high
    or redis.call('HEXISTS', 'channelUsers:' .. channel, user) == 1
  if is_member then
    local read = tonumber(redis.call('HGET', 'channelRead:' .. channel, user) or 0) >= tonumber(seq)
    if all ~= '1' and not read then redis.call('ZADD', 'userMentions:' .. user, 0, place) end
    local key, score = 'userActivity:' .. user, tonumber(at)
    local item = place .. ':' .. kind .. ':' .. sender .. ':'
    while redis.call('ZCOUNT', key, string.format('%d', score), string.format('%d', score)) > 0 do score = score + 1 end
    redis.call('ZADD', key, 'NX', string.format('%d', score), item)
    redis.call('ZREMRANGEBYRANK', key, 0, -501)
  end
end
return 1
