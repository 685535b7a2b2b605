-- Pub/Sub knows no databases, so what follows publishes under names that carry this one. The last of ARGV is the prefix.
local prefix = table.remove(ARGV)
local function publish(channel, message) redis.call('PUBLISH', prefix .. channel, message) end

