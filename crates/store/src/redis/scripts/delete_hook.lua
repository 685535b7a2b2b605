-- Ends a hook. ARGV: asker or "", hook
local asker, hook = unpack(ARGV)
local key = 'hook:' .. hook
local channel, bot = unpack(redis.call('HMGET', key, 'channel', 'bot'))
if not channel then return denied('NoHook') end
local unfit = unfit_for_hooks(asker, channel)
if unfit then return denied(unfit == 'NotFound' and 'NoHook' or unfit) end
redis.call('DEL', key)
redis.call('SREM', 'hooks', hook)
redis.call('SREM', 'channelHooks:' .. channel, hook)
redis.call('SREM', 'hookBots', bot)
return 1
