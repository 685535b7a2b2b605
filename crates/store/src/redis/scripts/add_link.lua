-- Adds a link, and removes those that have expired. ARGV: digest, JSON, uses, who makes it or "", whom it is about or "",
-- now, "admins" if only they may make it
local digest, json, uses, by, user, now, who = unpack(ARGV)
if who == 'admins' and by ~= '' and redis.call('SISMEMBER', 'admins', by) == 0 then return refuse('NotAdmin') end
if user ~= '' then
  if redis.call('EXISTS', 'user:' .. user) == 0 then return refuse('NoUser') end
  if redis.call('SISMEMBER', 'restricted', user) == 1 then return refuse('Deactivated') end
end
for _, other in ipairs(redis.call('HKEYS', 'links')) do
  if not find_link(other, now) then end_link(other) end
end
redis.call('HSET', 'links', digest, json)
redis.call('HSET', 'linkUses', digest, uses)
return 1
