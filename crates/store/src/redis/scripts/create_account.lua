-- Creates a user. ARGV: UUID, name, folded name, password, user JSON, digest of the link by which the user comes or "",
-- now, then the looks of the name
-- Returns 0 if the name is taken, 2 if it looks like another's, 3 if the link can't be used.
local uuid, name, folded, password, user, digest, now = unpack(ARGV, 1, 7)
local looks = { unpack(ARGV, 8) }
local unfit = unfit_name(folded, looks)
if unfit then return unfit end
if digest ~= '' then
  local link = find_link(digest, now)
  local claims = link and link.kind == 'claim' and type(link.user) ~= 'string'
  if not claims and not (link and link.kind == 'invite') then return 3 end
  count_use(digest)
  if claims then
    redis.call('HSET', 'user:' .. uuid, 'role', 'admin')
    redis.call('SADD', 'admins', uuid)
  end
end
new_user(uuid, name, folded, password, user, looks)
return 1
