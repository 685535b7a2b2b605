-- Lists the hooks that a user manages. ARGV: asker or "", channel or "" for all. Returns for each its UUID, name, channel, bot,
-- the bot's name and the time.
local asker, channel = unpack(ARGV)
local unfit = channel ~= '' and unfit_for_hooks(asker, channel)
if unfit then return denied(unfit) end
local answer, may = {}, {}
for _, hook in ipairs(redis.call('SMEMBERS', channel == '' and 'hooks' or 'channelHooks:' .. channel)) do
  local name, of, bot, at = unpack(redis.call('HMGET', 'hook:' .. hook, 'name', 'channel', 'bot', 'createdAt'))
  if name then
    if may[of] == nil then may[of] = not unfit_for_hooks(asker, of) end
    if may[of] then
      answer[#answer + 1] = { hook, name, of, bot, redis.call('HGET', 'user:' .. bot, 'name') or '', at }
    end
  end
end
return answer
