-- Why a user may not manage the hooks of a channel; nil if they may. "" is the server's operator.
local function unfit_for_hooks(asker, channel)
  if asker == '' then return nil end
  local is_admin = redis.call('HGET', 'user:' .. asker, 'role') == 'admin'
  if channel == 'public' then return not is_admin and 'NotAdmin' or nil end
  local rights = rights_of(asker, channel)
  if not rights or not rights.reads then return 'NotFound' end
  if rights.kind ~= 'named' then return 'Fixed' end
  if rights.owner or is_admin then return nil end
  return rights.member and 'NotOwner' or 'NotMember'
end

