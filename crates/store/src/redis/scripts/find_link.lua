-- A link that can be used. ARGV: digest, now. Returns its JSON and uses, or nothing.
local link, json = find_link(ARGV[1], ARGV[2])
if not link then return {} end
return { json, redis.call('HGET', 'linkUses', ARGV[1]) or '0' }
