-- Ends a user's subscription, if it is one. ARGV: user, endpoint
local user, endpoint = ARGV[1], ARGV[2]
if redis.call('HEXISTS', 'pushSubscriptions:' .. user, endpoint) == 0 then return 0 end
end_subscription(user, endpoint)
return 1
