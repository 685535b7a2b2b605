-- What a user is on the server, in words: "admin", "deactivated", both or none.
local function standing_of(role, deactivated)
  return (role == 'admin' and 'admin ' or '') .. (deactivated and 'deactivated' or '')
end

-- A user in a list, with UUID, name and standing.
local function add_listed(answer, user)
  local name, role, deactivated = unpack(redis.call('HMGET', 'user:' .. user, 'name', 'role', 'deactivatedAt'))
  answer[#answer + 1] = user
  answer[#answer + 1] = name or ''
  answer[#answer + 1] = standing_of(role, deactivated)
end

