-- A page of a channel. ARGV: channel, "last", "before" or "after", seq, limit, user of a group or a named channel or "",
-- "" for all messages, "pinned", "files", or a thread's first Seq
-- Returns the total, the channel's rev, then the messages, oldest first.
local channel, direction, from, limit, user, filter = unpack(ARGV)
local rev
if user ~= '' then
  local rights = rights_of(user, channel)
  if not rights or not rights.reads then return denied('NotFound') end
  rev = rights.rev
end
local total = redis.call('LLEN', 'channelMessages:' .. channel)
local answer = { tostring(total), string.format('%d', rev or rev_of(channel)) }
from, limit = tonumber(from), tonumber(limit)
local function add(seq, element)
  answer[#answer + 1] = string.format('%d', seq)
  answer[#answer + 1] = element
  answer[#answer + 1] = answered_by(channel, element, total)
end
if filter == '' then
  local first, last = total - limit + 1, total
  if direction == 'before' then
    last = math.min(from - 1, total)
    first = last - limit + 1
  elseif direction == 'after' then
    first = from + 1
    last = math.min(first + limit - 1, total)
  end
  first = math.max(first, 1)
  for place, element in ipairs(read_messages(channel, first, last, total)) do add(first + place - 1, element) end
  return answer
end

local found, root = {}, tonumber(filter)
local newest = direction == 'last' and total or from - 1
if root then
  local key, low, high = 'channelReplies:' .. channel, place_in_thread(root, 0), place_in_thread(root, newest)
  local members = direction == 'after'
    and redis.call('ZRANGEBYLEX', key, '(' .. place_in_thread(root, from), '(' .. string.format('%016d;', root), 'LIMIT', 0, limit)
    or redis.call('ZREVRANGEBYLEX', key, '[' .. high, '[' .. low, 'LIMIT', 0, limit)
  for _, member in ipairs(members) do found[#found + 1] = tonumber(string.sub(member, -16)) end
  -- One that nobody has answered is a thread of one.
  local takes = root >= 1 and root <= total
  if direction == 'after' then takes = takes and root > from else takes = takes and root <= newest end
  if #found == 0 and takes and limit > 0 then found = { root } end
else
  local key = (filter == 'files' and 'channelFiles:' or 'channelPins:') .. channel
  found = direction == 'after' and redis.call('ZRANGEBYSCORE', key, '(' .. string.format('%d', from), '+inf', 'LIMIT', 0, limit)
    or redis.call('ZREVRANGEBYSCORE', key, string.format('%d', newest), '-inf', 'LIMIT', 0, limit)
end
local first, last, step = 1, #found, 1
if direction ~= 'after' then first, last, step = #found, 1, -1 end
for place = first, last, step do
  local seq = tonumber(found[place])
  add(seq, read_messages(channel, seq, seq, total)[1] or '')
end
return answer
