-- Changes a named channel, or General's topic and posting. ARGV: channel, asker, the change's number, then for name,
-- folded name, topic, posting and archived "=" and the new value or "", then the looks of the name
local channel, asker, change, name, folded, topic, posting, archived = unpack(ARGV, 1, 8)
local rights = rights_of(asker, channel)
if channel == 'public' then
  if redis.call('SISMEMBER', 'admins', asker) == 0 then return denied('NotAdmin') end
  if name .. archived ~= '' then return denied('Fixed') end
elseif not rights or not rights.reads then return denied('NotFound')
elseif rights.kind ~= 'named' then return denied('Fixed')
elseif not governs(asker, rights) then
  if not rights.member then return denied('NotMember') end
  if not rights.owner then return denied('NotOwner') end
end
local before, key = details_of(channel), 'channel:' .. channel
local forms = { string.sub(folded, 2) }
for look = 9, #ARGV do forms[#forms + 1] = '\0' .. ARGV[look] end
if name == '' then forms = redis.call('LRANGE', 'channelForms:' .. channel, 0, -1) end
local is_listed = rights and not rights.private
if is_listed and not is_free(forms, channel) then return denied('NameTaken') end
for field, value in pairs({ name = name, folded = folded, topic = topic, posting = posting, archived = archived }) do
  if value ~= '' then redis.call('HSET', key, field, string.sub(value, 2)) end
end
if is_listed then list_public(channel, forms, redis.call('HGET', key, 'archived') == '1') end
local details = details_of(channel)
if details ~= before then
  count_edition(channel)
  details = details_of(channel)
  publish(channel, '{"news":{"type":"channel","change":"' .. change .. '","details":' .. details .. ',"newMembers":[]}}')
end
return details
