-- Stores a message once and announces it: here one that answers none, is to mention nobody and was not stored before, as
-- most are. So what the others need is not even defined for it.
-- ARGV: channel, sender, clientUUID or "", stored JSON, JSON of names, message UUID, node, other user or "", the Seq
-- that it answers or "", whom it is to mention or "", the files that it is to hold, the hook that writes or ""
local channel, sender, client, stored, names, uuid, node, other, reply, wanted, attached, hook = unpack(ARGV)
local list, send = 'channelMessages:' .. channel, sender .. ':' .. client
local time = (client ~= '' or other ~= '') and redis.call('TIME')
local before = client ~= '' and stored_before(channel, send, time)

if other ~= '' and are_separate(sender, other) then return denied('Closed') end
-- What a node remembers is not believed over this Redis, which may have been set back.
local now = other ~= '' and time[1] .. string.format('%06d', time[2])
-- A direct channel that both have had before comes to the front of theirs, and exists. It is younger than its users.
local function move_up(user) return redis.call('ZADD', 'userChannels:' .. user, 'XX', 'CH', now, channel) == 1 end
local is_theirs = other ~= '' and not before and move_up(sender) and (other == sender or move_up(other))
if not is_theirs then
  local low, high
  if other ~= '' then low, high = unpack(redis.call('HMGET', 'channel:' .. channel, 'low', 'high')) end
  if not low then
    local name, deactivated = unpack(redis.call('HMGET', 'user:' .. sender, 'name', 'deactivatedAt'))
    if not name then return redis.error_reply('GONE this Redis does not hold the sender any more') end
    if deactivated then return denied('Closed') end
  end
  if other ~= '' and not low then
    local found = redis.call('GET', 'channelSenderRecipient:' .. sender .. ':' .. other)
    if found and found ~= channel then low = found else note_direct(channel, sender, other) end
  end
  if low and (low ~= sender or high ~= other) and (low ~= other or high ~= sender) then
    return redis.error_reply('GONE this Redis holds another channel of the two')
  end
end
if hook ~= '' then
  if redis.call('HGET', 'hook:' .. hook, 'channel') ~= channel then return denied('NoHook') end
  if redis.call('HGET', 'channel:' .. channel, 'archived') == '1' then return denied('Archived') end
elseif other == '' then
  local unfit = unfit_to_write(sender, channel)
  if unfit then return denied(unfit) end
end

local function store()
  local seq = redis.call('RPUSH', list, stored)
  if seq % PAGE == 0 then keep_page(channel, seq / PAGE - 1) end
  redis.call('HSET', 'channelRead:' .. channel, sender, seq)
  if client ~= '' then note_stored(channel, send, seq) end
  return seq
end

local function announce(live)
  -- A node follows the channels of the users who are there. Of a new one it hears by their own feeds.
  local function begin(user)
    local added = redis.call('ZADD', 'userChannels:' .. user, now, channel)
    if added == 1 then publish('userFeed:' .. user, live) end
  end
  if other ~= '' and not is_theirs then
    begin(sender)
    if other ~= sender then begin(other) end
  end
  publish(channel, live)
  note_move(channel)
end

-- A message that is no reply, mentions nobody and has not changed, as it is published.
local function live_plain(seq) return '{"Seq":' .. seq .. ',' .. names .. string.sub(stored, 2) end

if not before and reply == '' and wanted == '' and attached == '' then
  local seq = store()
  announce(live_plain(seq))
  return seq
end

