-- Ends an access key of a user, or all, with the subscriptions that were registered with it. ARGV: user, digest or "" for
-- all, news
local user, digest, news = unpack(ARGV)
local keys = 'access_key:' .. user
if digest == '' then redis.call('DEL', keys) else redis.call('HDEL', keys, digest) end
end_lost(user)
publish('feed', news)
return 1
