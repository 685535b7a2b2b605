-- Whether an upload may go on: its access key is there, and its user is still one of the channel.
local function may_upload(user, channel, key)
  if not key or redis.call('HEXISTS', 'access_key:' .. user, key) == 0 then return false end
  local rights = rights_of(user, channel)
  if rights then return rights.member end
  return redis.call('HGET', 'channel:' .. channel, 'kind') ~= 'ended'
end
