-- Removes a member of a named channel. A private one that nobody is left in ends. ARGV: channel, asker, user, the
-- change's number, now. Returns JSON of the user as they were, and how many members there are.
local channel, asker, user, change, now = unpack(ARGV)
local rights = rights_of(asker, channel)
if not rights or not rights.reads then return denied('NotFound') end
if rights.kind ~= 'named' then return denied('Fixed') end
if asker ~= user and not rights.owner and not governs(asker, rights) then return denied(rights.member and 'NotOwner' or 'NotMember') end
if not is_user(user) then return denied('NoUser') end
local users, owners, messages = 'channelUsers:' .. channel, 'channelOwners:' .. channel, 'channelMessages:' .. channel
local function answer(people)
  return '{"users":' .. list(people) .. ',"usersTotal":' .. redis.call('HLEN', users) .. '}'
end
if redis.call('HEXISTS', users, user) == 0 then return answer({}) end
local owner = redis.call('SISMEMBER', owners, user) == 1
local is_last = redis.call('HLEN', users) == 1
if rights.private and owner and not is_last and redis.call('SCARD', owners) == 1 then return denied('LastOwner') end
local total = redis.call('LLEN', messages)
remove_member(channel, user)
count_edition(channel)
tell_change(channel, { user }, '{"news":{"type":"members","change":"' .. change .. '","last":' .. total .. ',"rev":' .. rights.rev .. ',"details":'
  .. details_of(channel) .. ',"added":[],"changed":[],"removed":' .. list({ person(user) }) .. '}}')
local left = answer({ person(user, owner) })
if rights.private and is_last then
  for _, seq in ipairs(redis.call('ZRANGE', 'channelFiles:' .. channel, 0, -1)) do
    local read, message = pcall(cjson.decode, read_messages(channel, tonumber(seq), tonumber(seq), total)[1])
    if read and type(message) == 'table' then end_files_of(message) end
  end
  for page = 0, math.floor(total / PAGE) do redis.call('UNLINK', 'channelMessagesPage:' .. channel .. ':' .. page) end
  local sets = 'messageReactions:' .. channel
  for _, emoji in ipairs(redis.call('SMEMBERS', sets)) do redis.call('UNLINK', sets .. ':' .. emoji) end
  redis.call('UNLINK', sets, 'channelChanges:' .. channel, 'channelReplies:' .. channel, 'channelPins:' .. channel, 'channelFiles:' .. channel,
    'channelMentions:' .. channel)
  for _, hook in ipairs(redis.call('SMEMBERS', 'channelHooks:' .. channel)) do end_hook(hook, now) end
  local client = 'messageClient:' .. channel
  redis.call('UNLINK', messages, client, client .. ':before', 'channel:' .. channel, 'channelRead:' .. channel)
  -- By this a node knows it from one that Redis has lost.
  redis.call('HSET', 'channel:' .. channel, 'kind', 'ended')
  note_move(channel)
end
return left
