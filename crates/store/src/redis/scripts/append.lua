-- A send that was stored before, a reply, or a message that is to mention somebody or has files.
local total = (before or reply ~= '') and redis.call('LLEN', list)
local first = before and read_messages(channel, before, before, total)[1]
if first then
  local repeated = '"Repeated":"' .. uuid .. '"'
  publish('node:' .. node, is_plain(first)
    and '{"Seq":' .. before .. ',' .. repeated .. ',' .. names .. string.sub(first, 2)
    or live_element(channel, before, first, answered_by(channel, first, total), ',' .. repeated))
  return -before
end
local files = attached ~= '' and files_for(sender, channel, attached)
if files == nil then return denied('FileNotReady') end
local root, answer, author
if reply ~= '' then
  reply = tonumber(reply)
  local element = reply >= 1 and reply <= total and read_messages(channel, reply, reply, total)[1]
  if not element then return denied('NothingToAnswer') end
  local message = decode(element)
  root, answer, author = root_of(message) or reply, answered(message), message and message.SenderUUID
  stored = string.sub(stored, 1, -2) .. ',"ReplyTo":{"Seq":' .. reply .. ',"Root":' .. root .. '}}'
end
local mentions = { SenderUUID = sender }
if wanted ~= '' then
  set_mentions(channel, mentions, wanted)
  local users, all = mentions.Mentions, mentions.MentionAll
  local more = (users and ',"Mentions":' .. cjson.encode(users) or '') .. (all and ',"MentionAll":true' or '')
  stored = string.sub(stored, 1, -2) .. more .. '}'
end
if files then stored = string.sub(stored, 1, -2) .. ',"Files":' .. files .. '}' end
local seq = store()
if files then
  bind_files(attached)
  redis.call('ZADD', 'channelFiles:' .. channel, seq, seq)
end
local is_marked = files or root or mentions.Mentions or mentions.MentionAll
announce(is_marked and live_element(channel, seq, stored, answer or '') or live_plain(seq))
concern(channel, seq, sender, { users = {} }, concerned(channel, mentions, author))
if root then
  redis.call('ZADD', 'channelReplies:' .. channel, 0, place_in_thread(root, root), 0, place_in_thread(root, seq))
  count_reply(channel, root, 1, seq)
end
return seq
