-- Makes a hook with its bot. ARGV: asker or "", hook, digest of its secret, name, channel, bot, time, limit of hooks, number of
-- names for the bot; of each name the name, the folded name, user JSON, the number of its looks, these looks
-- Returns the bot's name.
local asker, hook, secret, name, channel, bot, at, limit, names = unpack(ARGV, 1, 9)
local unfit = unfit_for_hooks(asker, channel)
if unfit then return denied(unfit) end
local of_channel = 'channelHooks:' .. channel
if redis.call('SCARD', of_channel) >= tonumber(limit) then return denied('TooManyHooks') end
local place = 10
for _ = 1, tonumber(names) do
  local bot_name, folded, user, count = unpack(ARGV, place, place + 3)
  place = place + 4 + tonumber(count)
  local looks = { unpack(ARGV, place - tonumber(count), place - 1) }
  if not unfit_name(folded, looks) then
    new_user(bot, bot_name, folded, '', user, looks)
    redis.call('HSET', 'hook:' .. hook, 'secret', secret, 'name', name, 'channel', channel, 'bot', bot, 'createdAt', at,
      'madeBy', asker)
    redis.call('SADD', of_channel, hook)
    redis.call('SADD', 'hooks', hook)
    redis.call('HSET', 'hookBots', bot, hook)
    return bot_name
  end
end
return denied('UserNameTaken')
