-- Changes a password, and puts one access key in the place of all the user's keys. Changes nothing if
-- the password is not the verified one any more, or the asking key has ended.
-- ARGV: user, verified password, new password, user JSON, digest that asks, new digest, news
local user, verified, password, json, asking, digest, news = unpack(ARGV)
local device = redis.call('HGET', 'accessKeyDevices:' .. user, asking) or ''
local keys, index = 'access_key:' .. user, redis.call('GET', 'usersUUIDListIndex:' .. user)
if not index or redis.call('HGET', 'user:' .. user, 'password') ~= verified then return 0 end
if redis.call('HEXISTS', keys, asking) == 0 then return 0 end
redis.call('LSET', 'users', index, json)
redis.call('HSET', 'user:' .. user, 'password', password)
redis.call('DEL', keys)
redis.call('HSET', keys, digest, redis.call('TIME')[1])
name_device(user, digest, device)
move_subscriptions(user, asking, digest)
end_lost(user)
publish('feed', news)
return 1
