-- Messages that are replies, mention somebody, have files or have changed: stored and published.

-- Whether a message is no reply, mentions nobody, has no files and hasn't changed. In a text these quotation marks would be escaped.
local function is_plain(element)
  return not string.find(element, '"Rev":', 1, true) and not string.find(element, '"ReplyTo":{', 1, true)
    and not string.find(element, '"Mentions":[', 1, true) and not string.find(element, '"MentionAll":', 1, true)
    and not string.find(element, '"Files":[', 1, true)
end

-- A message as it is published where it isn't plain. `more` stands behind the rest.
local function live_element(channel, seq, element, answer, more)
  local uuid = channel == 'public' and '00000000-0000-0000-0000-000000000000' or channel
  return '{"Element":' .. element .. ',"Answered":' .. (answer == '' and 'null' or answer) .. ',"Seq":' .. seq
    .. ',"ChannelUUID":"' .. uuid .. '"' .. (more or '') .. '}'
end

local function next_rev(channel) return redis.call('HINCRBY', 'channel:' .. channel, 'rev', 1) end

-- Stores a message that has changed, in the list and in the copy of its page, and tells those who follow the channel.
-- Returns its element, and what it shows of the one that it answers.
local function store_change(channel, seq, message, rev, total)
  message.Rev = rev
  local element, number = cjson.encode(message), math.floor((seq - 1) / PAGE)
  redis.call('LSET', 'channelMessages:' .. channel, seq - 1, element)
  local page = 'channelMessagesPage:' .. channel .. ':' .. number
  local is_full = (number + 1) * PAGE <= total
  if is_full and redis.call('EXISTS', page) == 1 then redis.call('LSET', page, seq - 1 - number * PAGE, element) end
  redis.call('ZADD', 'channelChanges:' .. channel, rev, seq)
  note_move(channel)
  local answer = answered_by(channel, element, total)
  publish(channel, live_element(channel, seq, element, answer))
  return element, answer
end

-- Counts a reply that was stored or deleted, a change of the first message of its chain. Returns the change's Rev.
local function count_reply(channel, root, by, total)
  local message = decode(read_messages(channel, root, root, total)[1])
  if not message then return end
  message.Replies = math.max((tonumber(message.Replies) or 0) + by, 0)
  local rev = next_rev(channel)
  store_change(channel, root, message, rev, total)
  return rev
end

