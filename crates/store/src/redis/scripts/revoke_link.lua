-- Ends a link of the asker, or any for an admin. ARGV: asker, the link's UUID
local is_admin = redis.call('SISMEMBER', 'admins', ARGV[1]) == 1
local all = redis.call('HGETALL', 'links')
for at = 1, #all, 2 do
  local link = cjson.decode(all[at + 1])
  if link.uuid == ARGV[2] and (is_admin or link.by == ARGV[1]) then
    end_link(all[at])
    return 1
  end
end
return refuse('LinkEnded')
