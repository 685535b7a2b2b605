-- Ends a hook. ARGV: asker or "", hook, now
local asker, hook, now = unpack(ARGV)
local channel = redis.call('HGET', 'hook:' .. hook, 'channel')
if not channel then return denied('NoHook') end
local unfit = unfit_for_hooks(asker, channel)
if unfit then return denied(unfit == 'NotFound' and 'NoHook' or unfit) end
end_hook(hook, now)
return 1
