-- Why a user may not write in General, a group or a named channel; nil if they may.
local function unfit_to_write(user, channel)
  if channel == 'public' then
    local is_closed = redis.call('HGET', 'channel:public', 'posting') == 'owners' and redis.call('SISMEMBER', 'admins', user) == 0
    return is_closed and 'OnlyAdmins' or nil
  end
  local rights = rights_of(user, channel)
  if not rights or not rights.reads then return 'NotFound' end
  if not rights.member then return 'NotMember' end
  if rights.archived then return 'Archived' end
  local is_closed = rights.owners_post and not rights.owner and redis.call('SISMEMBER', 'admins', user) == 0
  return is_closed and 'NotOwner' or nil
end

