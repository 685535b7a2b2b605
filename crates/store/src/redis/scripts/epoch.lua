-- Replaces the epoch, if it is still this one. ARGV: the epoch to replace or "", the new one, news of it
-- Returns the epoch that counts.
local now = redis.call('GET', 'epoch') or ''
if now ~= ARGV[1] then return now end
redis.call('SET', 'epoch', ARGV[2])
publish('feed', ARGV[3])
return ARGV[2]
