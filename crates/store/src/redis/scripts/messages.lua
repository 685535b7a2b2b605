-- Messages as JSON. The answers of scripts have three values for a message: its Seq, its element,
-- and of a reply what it shows of the message that it answers.

-- The message of an element, or nil if it can't be read.
local function decode(element)
  local read, message = pcall(cjson.decode, element)
  if read and type(message) == 'table' and type(message.SenderUUID) == 'string' and type(message.Message) == 'string'
    and type(message.CreatedAt) == 'string' then return message end
end

-- The Seq of the first message of a reply's chain; nil if the message is no reply.
local function root_of(message)
  return message and type(message.ReplyTo) == 'table' and tonumber(message.ReplyTo.Root) or nil
end

-- One more character than an excerpt has. Each but the first byte of a character is 128 to 191.
local function beginning(text)
  local place = 0
  for _ = 1, 102 do
    place = string.find(text, '[^\128-\191]', place + 1)
    if not place then return text end
  end
  return string.sub(text, 1, place - 1)
end

-- What a reply shows of the message that it answers, as JSON: its text, else its first file's name. A deleted one has no beginning, and one that can't be
-- read nothing.
local function answered(message)
  if not message then return '{}' end
  local file = type(message.Files) == 'table' and message.Files[1]
  local said = message.Message == '' and file and file.Name or message.Message
  local text = message.DeletedAt and '' or ',"Beginning":' .. cjson.encode(beginning(said))
  local as = type(message.As) == 'string' and ',"As":' .. cjson.encode(message.As) or ''
  return '{"SenderUUID":' .. cjson.encode(message.SenderUUID) .. as .. text .. '}'
end

-- The same for an element; "" if it is no reply.
local function answered_by(channel, element, total)
  -- In a text these quotation marks would be escaped.
  local reply = string.find(element, '"ReplyTo":{', 1, true) and decode(element)
  local seq = reply and type(reply.ReplyTo) == 'table' and tonumber(reply.ReplyTo.Seq)
  if not seq then return '' end
  return answered(seq >= 1 and seq <= total and decode(read_messages(channel, seq, seq, total)[1]))
end

-- The member of channelReplies:<channel> for a message of a chain. It sorts by both numbers.
local function place_in_thread(root, seq) return string.format('%016d:%016d', root, seq) end

local function rev_of(channel) return tonumber(redis.call('HGET', 'channel:' .. channel, 'rev') or 0) end

