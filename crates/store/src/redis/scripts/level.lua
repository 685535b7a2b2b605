-- Notes who of General or a named channel is told of all messages. In other channels that is so at first.
local function note_level(channel, kind, user, preferences)
  if kind ~= 'general' and kind ~= 'named' then return end
  local is_all = cjson.decode(preferences).level == 'all'
  redis.call(is_all and 'SADD' or 'SREM', 'channelTold:' .. channel, user)
end

