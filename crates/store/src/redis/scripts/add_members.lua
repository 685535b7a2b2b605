-- Adds members of a named channel, and makes or unmakes owners: all or none. ARGV: channel, asker, whether they own it
-- or "", when, the same in µs, how many channels a user may have, the change's number, then the users
-- Returns JSON of the users as they are now, and how many members there are.
local channel, asker, owns, at, score, limit, change = unpack(ARGV, 1, 7)
local rights = rights_of(asker, channel)
if not rights or not rights.reads then return denied('NotFound') end
if rights.kind ~= 'named' then return denied('Fixed') end
local joins = #ARGV == 8 and ARGV[8] == asker
local owner_or_admin = rights.owner or governs(asker, rights)
if not rights.member and not joins and not owner_or_admin then return denied('NotMember') end
if owns ~= '' and not owner_or_admin then return denied('NotOwner') end
if rights.archived then return denied('Archived') end
local owners, total = 'channelOwners:' .. channel, redis.call('LLEN', 'channelMessages:' .. channel)
local added, changed, now, gained, lost = {}, {}, {}, 0, 0
for place = 8, #ARGV do
  local user = ARGV[place]
  if not is_user(user) then return denied('NoUser') end
  local member = redis.call('HEXISTS', 'channelUsers:' .. channel, user) == 1
  local was = member and redis.call('SISMEMBER', owners, user) == 1
  local owner = was
  if owns ~= '' then owner = owns == '1' end
  if not member then
    if are_separate(asker, user) then return denied('Deactivated') end
    if not has_room(user, limit) then return denied('TooManyChannels') end
    added[#added + 1] = { user, owner }
  elseif owner ~= was then
    changed[#changed + 1] = { user, owner }
  end
  if owner and not was then gained = gained + 1 end
  if was and not owner then lost = lost + 1 end
  now[#now + 1] = { user, owner }
end
if rights.private and lost > 0 and redis.call('SCARD', owners) + gained <= lost then return denied('LastOwner') end
local function people(members)
  local found = {}
  for _, member in ipairs(members) do found[#found + 1] = person(member[1], member[2]) end
  return list(found)
end
local new = {}
for _, member in ipairs(added) do
  add_member(channel, member[1], member[2], at, score)
  new[#new + 1] = member[1]
end
for _, member in ipairs(changed) do redis.call(member[2] and 'SADD' or 'SREM', owners, member[1]) end
if #added + #changed > 0 then
  count_edition(channel)
  tell_change(channel, new, '{"news":{"type":"members","change":"' .. change .. '","last":' .. total .. ',"rev":' .. rights.rev .. ',"details":'
    .. details_of(channel) .. ',"added":' .. people(added) .. ',"changed":' .. people(changed) .. ',"removed":[]}}')
end
return '{"users":' .. people(now) .. ',"usersTotal":' .. redis.call('HLEN', 'channelUsers:' .. channel) .. '}'
