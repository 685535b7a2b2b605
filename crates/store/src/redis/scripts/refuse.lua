-- The answer to a request that may not be done. The word is the store's.
local function refuse(why) return redis.error_reply('DENIED ' .. why) end

