-- Keeps a report, unless it is there, and tells the admins. ARGV: the report's UUID, JSON, for how many seconds
local report, json, lifetime = unpack(ARGV)
if not redis.call('SET', 'report:' .. report, json, 'NX', 'EX', lifetime) then return 0 end
redis.call('ZADD', 'reports', redis.call('INCR', 'reportsMade'), report)
local admins = redis.call('SMEMBERS', 'admins')
if #admins > 0 then
  publish('feed', '{"news":{"type":"reported","report":"' .. report .. '","admins":' .. cjson.encode(admins) .. '}}')
end
return 1
