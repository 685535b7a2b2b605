-- Uses a link that is about a user, and adds an access key. ARGV: digest, user, now, digest of the new key, device, of a
-- reset the new password or "", how many keys to keep, news. Returns the user's name and standing.
local digest, user, now, key, device, password, limit, news = unpack(ARGV)
local link = find_link(digest, now)
local name, role, deactivated = unpack(redis.call('HMGET', 'user:' .. user, 'name', 'role', 'deactivatedAt'))
if not link or link.user ~= user or not name or deactivated then return refuse('LinkEnded') end
count_use(digest)
if link.kind == 'claim' then
  role = 'admin'
  redis.call('HSET', 'user:' .. user, 'role', role)
  redis.call('SADD', 'admins', user)
end
local keys, time = 'access_key:' .. user, tonumber(redis.call('TIME')[1])
if link.kind == 'reset' then
  local index = redis.call('GET', 'usersUUIDListIndex:' .. user)
  local stored = index and redis.call('LINDEX', 'users', index)
  if stored then
    local element = cjson.decode(stored)
    redis.call('LSET', 'users', index, '{"UUID":' .. cjson.encode(element.UUID) .. ',"Username":'
      .. cjson.encode(element.Username) .. ',"Password":' .. cjson.encode(password) .. ',"AccessKey":"","OnLine":false}')
  end
  redis.call('HSET', 'user:' .. user, 'password', password)
  redis.call('DEL', keys)
end
local others, found = {}, redis.call('HGETALL', keys)
for at = 1, #found, 2 do others[#others + 1] = { found[at], math.min(tonumber(found[at + 1]) or 0, time) } end
table.sort(others, function(one, other) return one[2] > other[2] end)
for at = tonumber(limit), #others do redis.call('HDEL', keys, others[at][1]) end
redis.call('HSET', keys, key, string.format('%d', time))
name_device(user, key, device)
end_lost(user)
if link.kind == 'reset' then publish('feed', news) end
return { name, standing_of(role) }
