-- Subscriptions to web push. Each is a field of pushSubscriptions:<user>, its endpoint, with four words: its place among
-- the user's, the digest of its access key, and the two keys of the browser.

-- Ends a user's subscription.
local function end_subscription(user, endpoint)
  local key = 'pushSubscriptions:' .. user
  redis.call('HDEL', key, endpoint)
  redis.call('HDEL', 'pushEndpoints', endpoint)
  if redis.call('EXISTS', key) == 0 then redis.call('SREM', 'pushUsers', user) end
end

-- A user's subscriptions, oldest first: endpoint and words of each, one behind the other. Those whose access key has ended
-- end; one whose key has lapsed is left out.
local function subscriptions_of(user, lifetime)
  local found, keys, now = {}, 'access_key:' .. user, tonumber(redis.call('TIME')[1])
  local all = redis.call('HGETALL', 'pushSubscriptions:' .. user)
  for at = 1, #all, 2 do
    local endpoint, words = all[at], all[at + 1]
    local place, digest = string.match(words, '^(%d+) (%x+) %x+ %x+$')
    local used = digest and redis.call('HGET', keys, digest)
    if not used then end_subscription(user, endpoint)
    elseif now - (tonumber(used) or 0) < tonumber(lifetime) then
      found[#found + 1] = { tonumber(place), endpoint, words }
    end
  end
  table.sort(found, function(one, other) return one[1] < other[1] end)
  local flat = {}
  for _, subscription in ipairs(found) do
    flat[#flat + 1] = subscription[2]
    flat[#flat + 1] = subscription[3]
  end
  return flat
end

-- Gives the subscriptions of one access key to another.
local function move_subscriptions(user, from, to)
  local key = 'pushSubscriptions:' .. user
  local all = redis.call('HGETALL', key)
  for at = 1, #all, 2 do
    local place, rest = string.match(all[at + 1], '^(%d+) ' .. from .. ' (.*)$')
    if place then redis.call('HSET', key, all[at], place .. ' ' .. to .. ' ' .. rest) end
  end
end

-- Names the device of an access key.
local function name_device(user, digest, device)
  if device ~= '' then redis.call('HSET', 'accessKeyDevices:' .. user, digest, device) end
end

-- Ends what hung on access keys that have ended: subscriptions, and the names of devices.
local function end_lost(user)
  subscriptions_of(user, 0)
  local devices = 'accessKeyDevices:' .. user
  for _, digest in ipairs(redis.call('HKEYS', devices)) do
    if redis.call('HEXISTS', 'access_key:' .. user, digest) == 0 then redis.call('HDEL', devices, digest) end
  end
end

