-- Adds a subscription, in the place of any with its endpoint. ARGV: user, endpoint, digest of the access key, the two keys
-- of the browser, lifetime of an access key in seconds, how many subscriptions a user has
-- Returns 0 if the access key has ended.
local user, endpoint, digest, p256dh, auth, lifetime, limit = unpack(ARGV)
local used = redis.call('HGET', 'access_key:' .. user, digest)
if not used or redis.call('TIME')[1] - (tonumber(used) or 0) >= tonumber(lifetime) then return 0 end
local before = redis.call('HGET', 'pushEndpoints', endpoint)
if before then end_subscription(before, endpoint) end
local others = subscriptions_of(user, lifetime)
for at = 1, #others - 2 * (tonumber(limit) - 1), 2 do end_subscription(user, others[at]) end
local place = #others > 0 and tonumber(string.match(others[#others], '^%d+')) + 1 or 1
local words = table.concat({ string.format('%d', place), digest, p256dh, auth }, ' ')
redis.call('HSET', 'pushSubscriptions:' .. user, endpoint, words)
redis.call('HSET', 'pushEndpoints', endpoint, user)
redis.call('SADD', 'pushUsers', user)
return 1
