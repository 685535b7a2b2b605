-- A page of a channel. ARGV: channel, "last", "before" or "after", seq, limit, user of a group or a named channel or ""
-- Returns the total, the first message's seq, then the messages, oldest first.
local channel, limit, user = ARGV[1], tonumber(ARGV[4]), ARGV[5]
if user ~= '' then
  local rights = rights_of(user, channel)
  if not rights or not rights.reads then return denied('NotFound') end
end
local total = redis.call('LLEN', 'channelMessages:' .. channel)
local first, last = total - limit + 1, total
if ARGV[2] == 'before' then
  last = math.min(tonumber(ARGV[3]) - 1, total)
  first = last - limit + 1
elseif ARGV[2] == 'after' then
  first = tonumber(ARGV[3]) + 1
  last = math.min(first + limit - 1, total)
end
first = math.max(first, 1)
local answer = { tostring(total), string.format('%d', first) }
for _, message in ipairs(read_messages(channel, first, last, total)) do
  answer[#answer + 1] = message
end
return answer
