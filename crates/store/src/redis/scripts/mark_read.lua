-- Moves a read mark forward, up to the channel's end. ARGV: channel, user, seq, whether it is a group or a named
-- channel, news before and after the mark
-- Returns where the mark is.
local channel, user, seq, of_members, before, after = unpack(ARGV)
if of_members == '1' then
  local rights = rights_of(user, channel)
  if not rights or not rights.reads then return denied('NotFound') end
  if not rights.member then return denied('NotMember') end
end
local marks = 'channelRead:' .. channel
local mark = math.min(tonumber(seq), redis.call('LLEN', 'channelMessages:' .. channel))
mark = math.max(mark, tonumber(redis.call('HGET', marks, user) or 0))
mark = string.format('%d', mark)
redis.call('HSET', marks, user, mark)
-- What is read never counts again.
redis.call('ZREMRANGEBYLEX', 'userMentions:' .. user, '[' .. channel .. ':', '[' .. channel .. ':' .. string.format('%016d', mark))
publish('userFeed:' .. user, before .. mark .. after)
return tonumber(mark)
