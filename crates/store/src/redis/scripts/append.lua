-- A send that was stored before, or a reply.
local total = redis.call('LLEN', list)
local first = before and read_messages(channel, before, before, total)[1]
if first then
  local repeated = '"Repeated":"' .. uuid .. '"'
  publish('node:' .. node, is_plain(first)
    and '{"Seq":' .. before .. ',' .. repeated .. ',' .. names .. string.sub(first, 2)
    or live_element(channel, before, first, answered_by(channel, first, total), ',' .. repeated))
  return before
end
local root, answer
if reply ~= '' then
  reply = tonumber(reply)
  local element = reply >= 1 and reply <= total and read_messages(channel, reply, reply, total)[1]
  if not element then return denied('NothingToAnswer') end
  local message = decode(element)
  root, answer = root_of(message) or reply, answered(message)
  stored = string.sub(stored, 1, -2) .. ',"ReplyTo":{"Seq":' .. reply .. ',"Root":' .. root .. '}}'
end
local seq = store()
announce(root and live_element(channel, seq, stored, answer) or live_plain(seq))
if root then
  redis.call('ZADD', 'channelReplies:' .. channel, 0, place_in_thread(root, root), 0, place_in_thread(root, seq))
  count_reply(channel, root, 1, seq)
end
return seq
