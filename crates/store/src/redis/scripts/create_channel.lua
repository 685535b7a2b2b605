-- Makes a group or a named channel, unless it is there. ARGV: new channel, who makes it, name, folded name or "" for a
-- group, topic, whether it is private, when, the same in µs, clientUUID or "", how many channels a user may have, how
-- many people a group has at least and at most, the change's number, how many people, "1" if
-- only admins make named ones, they, then the looks of the name
local channel, by, name, folded, topic, private, at, score, client, limit, least, most, change, count, by_admins = unpack(ARGV, 1, 15)
local people, forms = { unpack(ARGV, 16, 15 + count) }, { folded }
for look = 16 + count, #ARGV do forms[#forms + 1] = '\0' .. ARGV[look] end
local is_group, is_public = folded == '', folded ~= '' and private == '0'
local created = 'channelCreated:' .. by .. ':' .. client
local before = client ~= '' and redis.call('GET', created)
local kind = before and redis.call('HGET', 'channel:' .. before, 'kind')
if kind == 'named' or kind == 'group' then return details_of(before) end
if by_admins == '1' and not is_group and redis.call('SISMEMBER', 'admins', by) == 0 then return denied('NotAdmin') end
-- A group that is there can be found, also by those who could not make it now.
local group = table.concat(people, ':')
local same = is_group and redis.call('HGET', 'channelGroups', group)
if same then return details_of(same) end
for _, user in ipairs(people) do
  if not is_user(user) then return denied('NoUser') end
  if are_separate(by, user) then return denied('Deactivated') end
end
if is_group and (#people < tonumber(least) or #people > tonumber(most)) then return denied('GroupSize') end
if is_public and not is_free(forms) then return denied('NameTaken') end
for _, user in ipairs(people) do
  if not has_room(user, limit) then return denied('TooManyChannels') end
end
redis.call('HSET', 'channel:' .. channel, 'kind', is_group and 'group' or 'named', 'name', name, 'folded', folded,
  'topic', topic, 'private', (is_group or not is_public) and '1' or '0', 'posting', 'all', 'archived', '0',
  'madeBy', by, 'madeAt', at)
if is_group then redis.call('HSET', 'channelGroups', group, channel) end
if is_public then list_public(channel, forms, false) end
for _, user in ipairs(people) do add_member(channel, user, not is_group and user == by, at, score) end
if client ~= '' then redis.call('SET', created, channel, 'EX', 86400) end
local details = details_of(channel)
tell_change(channel, people, '{"news":{"type":"channel","change":"' .. change .. '","details":' .. details
  .. ',"newMembers":["' .. table.concat(people, '","') .. '"]}}')
return details
