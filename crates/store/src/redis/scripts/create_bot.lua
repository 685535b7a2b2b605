-- Makes a bot with an access key, or puts the key in the place of an existing one's keys. ARGV: asker or "", UUID, name, folded
-- name, user JSON, digest of the key, UUID of the existing bot or "", news of the end of its keys, then the looks of the name
-- Returns UUID and name; only one of them if the name has got another user meanwhile.
local asker, uuid, name, folded, user, digest, known, news = unpack(ARGV, 1, 8)
local unfit = unfit_for_hooks(asker, 'public')
if unfit then return denied(unfit) end
if (redis.call('GET', 'usersUsernameUUID:' .. folded) or '') ~= known then return { '' } end
if known ~= '' then
  local is_of_hook = redis.call('HEXISTS', 'hookBots', uuid) == 1
  if is_of_hook or redis.call('SISMEMBER', 'restricted', uuid) == 1 then return denied('UserNameTaken') end
else
  local looks = { unpack(ARGV, 9) }
  if unfit_name(folded, looks) then return denied('UserNameTaken') end
  new_user(uuid, name, folded, '', user, looks)
end
local keys = 'access_key:' .. uuid
redis.call('DEL', keys)
redis.call('HSET', keys, digest, redis.call('TIME')[1])
end_lost(uuid)
publish('feed', news)
return { uuid, redis.call('HGET', 'user:' .. uuid, 'name') }
