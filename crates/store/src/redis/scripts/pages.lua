-- What follows may read any message in the same time: full pages of a channel stand under keys of their own,
-- since Redis walks to the middle of a long list.
local PAGE = 128

-- Copies a full page, counted from 0, from the channel's list.
local function keep_page(channel, number)
  local page = redis.call('LRANGE', 'channelMessages:' .. channel, number * PAGE, number * PAGE + PAGE - 1)
  redis.call('RPUSH', 'channelMessagesPage:' .. channel .. ':' .. number, unpack(page))
end

-- The messages with the Seqs from first to last, of a channel that holds so many.
local function read_messages(channel, first, last, total)
  local found = {}
  while first <= last do
    local number = math.floor((first - 1) / PAGE)
    local before = number * PAGE
    local to = math.min(last, before + PAGE)
    local part
    if before + PAGE > total then
      part = redis.call('LRANGE', 'channelMessages:' .. channel, first - 1, to - 1)
    else
      local page = 'channelMessagesPage:' .. channel .. ':' .. number
      part = redis.call('LRANGE', page, first - 1 - before, to - 1 - before)
      if #part == 0 then
        keep_page(channel, number)
        part = redis.call('LRANGE', page, first - 1 - before, to - 1 - before)
      end
    end
    for _, message in ipairs(part) do found[#found + 1] = message end
    first = to + 1
  end
  return found
end

