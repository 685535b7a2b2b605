-- Ends a hook, and deactivates its bot.
local function end_hook(hook, now)
  local channel, bot = unpack(redis.call('HMGET', 'hook:' .. hook, 'channel', 'bot'))
  redis.call('UNLINK', 'hook:' .. hook)
  redis.call('SREM', 'hooks', hook)
  redis.call('SREM', 'channelHooks:' .. channel, hook)
  redis.call('HDEL', 'hookBots', bot)
  redis.call('HSET', 'user:' .. bot, 'deactivatedAt', now)
  redis.call('SADD', 'restricted', bot)
end

