-- Changes a user's role, or deactivates a user. ARGV: asker, user, "admin", "member" or "", "1", "0" or "", now, news,
-- from when on the user's messages are deleted or "", until when, the change's number.
-- Returns what add_listed adds.
local asker, user, role, off, now, news, since_when, until_when, change = unpack(ARGV)
if asker ~= '' and redis.call('SISMEMBER', 'admins', asker) == 0 then return denied('NotAdmin') end
local key = 'user:' .. user
local name, was, since = unpack(redis.call('HMGET', key, 'name', 'role', 'deactivatedAt'))
if not name then return denied('NoUser') end
local will = role == '' and (was or 'member') or role
local active = off == '' and not since or off == '0'
local keeps = will == 'admin' and active
if redis.call('SISMEMBER', 'admins', user) == 1 and not keeps and redis.call('SCARD', 'admins') == 1 then
  return denied('LastAdmin')
end
if will == 'admin' then redis.call('HSET', key, 'role', will) else redis.call('HDEL', key, 'role') end
redis.call(keeps and 'SADD' or 'SREM', 'admins', user)
if active then
  redis.call('HDEL', key, 'deactivatedAt')
  redis.call('SREM', 'restricted', user)
end
if since_when ~= '' then
  local before = redis.call('HGET', 'deletions', user)
  local first = before and string.match(before, '^%S+')
  if first and first < since_when then since_when = first end
  redis.call('HSET', 'deletions', user, since_when .. ' ' .. until_when)
end
local answer = {}
if not active and not since then
  redis.call('HSET', key, 'deactivatedAt', now)
  redis.call('SADD', 'restricted', user)
  redis.call('DEL', 'access_key:' .. user)
  end_lost(user)
  -- Those that the user has made, and the one whose bot the user is.
  for _, hook in ipairs(redis.call('SMEMBERS', 'hooks')) do
    local by, bot = unpack(redis.call('HMGET', 'hook:' .. hook, 'madeBy', 'bot'))
    if by == user or bot == user then end_hook(hook, now) end
  end
  local links = redis.call('HGETALL', 'links')
  for at = 1, #links, 2 do
    local link = cjson.decode(links[at + 1])
    if link.by == user or link.user == user then end_link(links[at]) end
  end
  -- A private channel keeps an owner: its longest member.
  for _, channel in ipairs(redis.call('ZRANGE', 'userMemberships:' .. user, 0, -1)) do
    local rights, owners = rights_of(user, channel), 'channelOwners:' .. channel
    if rights and rights.kind == 'named' and rights.private and rights.owner and redis.call('SCARD', owners) == 1 then
      local longest, first
      local members = redis.call('HGETALL', 'channelUsers:' .. channel)
      for at = 1, #members, 2 do
        if redis.call('SISMEMBER', 'restricted', members[at]) == 0 and (not first or members[at + 1] < first) then
          longest, first = members[at], members[at + 1]
        end
      end
      if longest then
        redis.call('SADD', owners, longest)
        count_edition(channel)
        local last = redis.call('LLEN', 'channelMessages:' .. channel)
        tell_change(channel, {}, '{"news":{"type":"members","change":"' .. change .. ':' .. channel .. '","last":' .. last
          .. ',"rev":' .. rights.rev .. ',"details":' .. details_of(channel) .. ',"added":[],"changed":['
          .. person(longest, true) .. '],"removed":[]}}')
      end
    end
  end
  publish('feed', news)
end
add_listed(answer, user)
return answer
