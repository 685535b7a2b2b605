-- Stores a message once and announces it.
-- ARGV: channel, sender, clientUUID or "", stored JSON, JSON of names, message UUID, node, other user or "", the Seq
-- that it answers or ""
local channel, sender, client, stored, names, uuid, node, other, reply = unpack(ARGV)
local list = 'channelMessages:' .. channel
-- What a node remembers is not believed over this Redis, which may have been set back. A direct channel is younger than
-- its users.
local low, high
if other ~= '' then low, high = unpack(redis.call('HMGET', 'channel:' .. channel, 'low', 'high')) end
if not low and redis.call('EXISTS', 'user:' .. sender) == 0 then
  return redis.error_reply('GONE this Redis does not hold the sender any more')
end
if other ~= '' then
  if not low then
    local found = redis.call('GET', 'channelSenderRecipient:' .. sender .. ':' .. other)
    if found and found ~= channel then low = found else note_direct(channel, sender, other) end
  end
  if low and (low ~= sender or high ~= other) and (low ~= other or high ~= sender) then
    return redis.error_reply('GONE this Redis holds another channel of the two')
  end
end
if other == '' and channel ~= 'public' then
  local rights = rights_of(sender, channel)
  if not rights or not rights.reads then return denied('NotFound') end
  if not rights.member then return denied('NotMember') end
  if rights.archived then return denied('Archived') end
  if rights.owners_post and not rights.owner then return denied('NotOwner') end
end
local send = sender .. ':' .. client
if client ~= '' then
  local seq = stored_before(channel, send)
  local total = seq and redis.call('LLEN', list)
  local first = seq and read_messages(channel, seq, seq, total)[1]
  if first then
    local repeated = '"Repeated":"' .. uuid .. '"'
    publish('node:' .. node, is_plain(first) and '{"Seq":' .. seq .. ',' .. repeated .. ',' .. names .. string.sub(first, 2)
      or live_element(channel, seq, first, answered_by(channel, first, total), ',' .. repeated))
    return seq
  end
end
local root, answer
if reply ~= '' then
  local total = redis.call('LLEN', list)
  reply = tonumber(reply)
  local element = reply >= 1 and reply <= total and read_messages(channel, reply, reply, total)[1]
  if not element then return denied('NothingToAnswer') end
  local message = decode(element)
  root, answer = root_of(message) or reply, answered(message)
  stored = string.sub(stored, 1, -2) .. ',"ReplyTo":{"Seq":' .. reply .. ',"Root":' .. root .. '}}'
end
local seq = redis.call('RPUSH', list, stored)
if seq % PAGE == 0 then keep_page(channel, seq / PAGE - 1) end
redis.call('HSET', 'channelRead:' .. channel, sender, seq)
if client ~= '' then note_stored(channel, send, seq) end
local live = root and live_element(channel, seq, stored, answer) or '{"Seq":' .. seq .. ',' .. names .. string.sub(stored, 2)
if other ~= '' then
  local time = redis.call('TIME')
  local now = time[1] .. string.format('%06d', time[2])
  -- A node follows the channels of the users who are there. Of a new one it hears by their own feeds.
  local function note_talk(user)
    local added = redis.call('ZADD', 'userChannels:' .. user, now, channel)
    if added == 1 then publish('userFeed:' .. user, live) end
  end
  note_talk(sender)
  if other ~= sender then note_talk(other) end
end
publish(channel, live)
if root then
  redis.call('ZADD', 'channelReplies:' .. channel, 0, place_in_thread(root, root), 0, place_in_thread(root, seq))
  count_reply(channel, root, 1, seq)
end
return seq
