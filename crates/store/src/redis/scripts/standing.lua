-- What a user is on the server, in words: "admin" and "deactivated".
local function standing_of(role, deactivated)
  return (role == 'admin' and 'admin ' or '') .. (deactivated and 'deactivated' or '')
end

-- A user in a list, with UUID, name and standing, which has "hook" for the bot of a hook.
local function add_listed(answer, user)
  local name, role, deactivated = unpack(redis.call('HMGET', 'user:' .. user, 'name', 'role', 'deactivatedAt'))
  answer[#answer + 1] = user
  answer[#answer + 1] = name or ''
  -- By its version a UUID is a bot's.
  local is_hook = string.sub(user, 15, 15) == '8' and redis.call('HEXISTS', 'hookBots', user) == 1
  answer[#answer + 1] = standing_of(role, deactivated) .. (is_hook and ' hook' or '')
end

