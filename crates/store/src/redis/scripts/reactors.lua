-- One page of those who reacted to a message with an emoji. ARGV: channel, user of a group or a named channel or "", seq,
-- emoji, offset, limit. Returns the total, then what add_listed adds of each.
local channel, user, seq, emoji, offset, limit = unpack(ARGV)
if user ~= '' then
  local rights = rights_of(user, channel)
  if not rights or not rights.reads then return denied('NotFound') end
end
local total = redis.call('LLEN', 'channelMessages:' .. channel)
if tonumber(seq) < 1 or tonumber(seq) > total then return denied('NoMessage') end
local key = 'messageReactions:' .. channel .. ':' .. seq .. ':' .. emoji
local answer = { tostring(redis.call('ZCARD', key)) }
for _, reactor in ipairs(tonumber(limit) > 0 and redis.call('ZRANGE', key, offset, offset + limit - 1) or {}) do
  add_listed(answer, reactor)
end
return answer
