-- Changes a message and announces it. ARGV: channel, user, whether it is a group or a named channel, seq, when, what
-- ("edit", "delete", "react" or "pin"), text or emoji, of an edit the time before which a message is too old or "", else
-- whether it is to be so, how many emoji or pins there may be, how many users a reaction names, whose reaction it is, whom
-- an edited text is to mention
-- Returns the channel's rev, then the message.
local channel, user, of_members, place, at, what, value, on, limit, shown, reacted, wanted = unpack(ARGV)
local rights = of_members == '1' and rights_of(user, channel)
if of_members == '1' and not (rights and rights.reads) then return denied('NotFound') end
local seq, total = tonumber(place), redis.call('LLEN', 'channelMessages:' .. channel)
local before = seq >= 1 and seq <= total and read_messages(channel, seq, seq, total)[1]
local message = before and decode(before)
if not message or redis.call('EXISTS', 'user:' .. message.SenderUUID) == 0 then return denied('NoMessage') end
local is_author = message.SenderUUID == user
if what == 'delete' then
  if not is_author then
    local owns = rights and rights.kind == 'named' and rights.owner
    local is_admins = channel == 'public' and redis.call('SISMEMBER', 'admins', user) == 1
    if not owns and not is_admins and not (rights and governs(user, rights)) then return denied('NotAuthor') end
  end
else
  if not rights and channel ~= 'public' then
    local low, high = unpack(redis.call('HMGET', 'channel:' .. channel, 'low', 'high'))
    if low and are_separate(low, high) then return denied('Closed') end
  end
  if what == 'edit' and (not is_author or message.As) then return denied('NotAuthor') end
  if rights and not rights.member then return denied('NotMember') end
  if rights and rights.archived then return denied('Archived') end
  if what ~= 'react' and (rights or channel == 'public') then
    local owners_post = rights and rights.owners_post
    if not rights then owners_post = redis.call('HGET', 'channel:public', 'posting') == 'owners' end
    if owners_post and not (rights and rights.owner) and redis.call('SISMEMBER', 'admins', user) == 0 then
      return denied(rights and 'NotOwner' or 'NotAdmin')
    end
  end
  if message.DeletedAt then return denied('Deleted') end
  -- Times without their Z sort by their digits.
  local function digits(time) return string.sub(time, 1, -2) end
  if what == 'edit' and value == '' and not message.Files then return denied('NoText') end
  if what == 'edit' and on ~= '' and digits(message.CreatedAt) < digits(on) then return denied('TooLate') end
end

local sets, pins = 'messageReactions:' .. channel, 'channelPins:' .. channel
local function key_of(emoji) return sets .. ':' .. seq .. ':' .. emoji end
local reactions = message.Reactions or {}
local function is_so()
  if what == 'edit' then return message.Message == value end
  if what == 'delete' then return message.DeletedAt ~= nil end
  if what == 'pin' then return (message.PinnedAt ~= nil) == (on == '1') end
  return (redis.call('ZSCORE', key_of(value), user) ~= false) == (on == '1')
end
if is_so() then return { tostring(rev_of(channel)), place, before, answered_by(channel, before, total) } end

local at_emoji = #reactions + 1
for number, reaction in ipairs(reactions) do
  if reaction.Emoji == value then at_emoji = number end
end
if what == 'react' and on == '1' and at_emoji > tonumber(limit) then return denied('TooManyEmoji') end
if what == 'pin' and on == '1' and redis.call('ZCARD', pins) >= tonumber(limit) then return denied('TooManyPins') end

local rev = next_rev(channel)
if what == 'edit' or what == 'delete' then
  local author = author_answered(channel, message, total)
  local concerns = concerned(channel, message, author)
  if what == 'edit' then
    set_mentions(channel, message, wanted)
    concern(channel, seq, message.SenderUUID, concerns, concerned(channel, message, author))
  else
    concern(channel, seq, message.SenderUUID, concerns, { users = {} })
    if #reactions > 0 then take_back(message.SenderUUID, place_of(channel, seq) .. ':reaction:') end
  end
end
if what == 'edit' then
  message.Message, message.EditedAt = value, at
elseif what == 'delete' then
  for _, reaction in ipairs(reactions) do
    redis.call('UNLINK', key_of(reaction.Emoji))
    redis.call('SREM', sets, seq .. ':' .. reaction.Emoji)
  end
  redis.call('ZREM', pins, seq)
  if message.Files then
    end_files_of(message)
    redis.call('ZREM', 'channelFiles:' .. channel, seq)
  end
  message = {
    UUID = message.UUID, SenderUUID = message.SenderUUID, RecipientUUID = message.RecipientUUID, Message = '',
    CreatedAt = message.CreatedAt, DeletedAt = at, ReplyTo = message.ReplyTo, Replies = message.Replies,
  }
elseif what == 'pin' then
  message.PinnedAt = on == '1' and at or nil
  if on == '1' then redis.call('ZADD', pins, seq, seq) else redis.call('ZREM', pins, seq) end
else
  local key = key_of(value)
  -- Who reacted first stands first.
  if on == '1' then redis.call('ZADD', key, rev, user) else redis.call('ZREM', key, user) end
  local count = redis.call('ZCARD', key)
  redis.call(count > 0 and 'SADD' or 'SREM', sets, seq .. ':' .. value)
  if count == 0 then table.remove(reactions, at_emoji)
  else reactions[at_emoji] = { Emoji = value, Count = count, Users = redis.call('ZRANGE', key, 0, shown - 1) } end
  message.Reactions = #reactions > 0 and reactions or nil
  local item = item_of(channel, seq, 'reaction', user, value)
  if on ~= '1' then redis.call('ZREM', 'userActivity:' .. message.SenderUUID, item)
  elseif not is_author and is_member(message.SenderUUID, channel) then note_item(message.SenderUUID, item) end
end
local element, answer = store_change(channel, seq, message, rev, total)
if what == 'delete' and root_of(message) then rev = count_reply(channel, root_of(message), -1, total) or rev end
if what == 'react' then
  publish('userFeed:' .. user, live_element(channel, seq, element, answer, ',"Reacted":' .. reacted))
end
return { tostring(rev), place, element, answer }
