-- A user's subscriptions. ARGV: user, lifetime of an access key in seconds
-- Returns endpoint and words of each, oldest first.
return subscriptions_of(ARGV[1], ARGV[2])
