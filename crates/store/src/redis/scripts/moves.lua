-- Tells followers that messages of a channel were stored, changed or deleted. Old entries go.
local function note_move(channel) redis.call('XADD', 'changes', 'MAXLEN', '~', 100000, '*', 'c', channel) end

