-- Files: the hash file:<UUID> has the state ("begun", "complete", "bound" or "ended"), as "key" the digest of the access key
-- with which the upload was begun, and the rest. fileBytes has the bytes
-- of each user's files, and of all in the empty field; fileTimes the last change of those that no message holds, filesEnded
-- those whose bytes are to be deleted.

local function count_bytes(user, by)
  redis.call('HINCRBY', 'fileBytes', user, string.format('%d', by))
  redis.call('HINCRBY', 'fileBytes', '', string.format('%d', by))
end

local function end_file(uuid)
  redis.call('HSET', 'file:' .. uuid, 'state', 'ended')
  redis.call('ZREM', 'fileTimes', uuid)
  redis.call('SADD', 'filesEnded', uuid)
end

-- Ends the files of a message, as it is stored.
local function end_files_of(message)
  if type(message.Files) ~= 'table' then return end
  for _, file in ipairs(message.Files) do end_file(file.UUID) end
end

-- A file as a message shows it.
local function shown_file(uuid)
  local name, kind, size, width, height, preview =
    unpack(redis.call('HMGET', 'file:' .. uuid, 'name', 'kind', 'size', 'width', 'height', 'preview'))
  local text = '{"UUID":"' .. uuid .. '","Name":' .. cjson.encode(name or '') .. ',"Type":' .. cjson.encode(kind or '')
    .. ',"Size":' .. (size or '0')
  if width and height then text = text .. ',"Width":' .. width .. ',"Height":' .. height end
  return text .. (preview and ',"Preview":true' or '') .. '}'
end

-- The files that a message is to have, by their UUIDs with a space between; nil if it can't have one of them.
local function files_for(user, channel, wanted)
  local shown = {}
  for uuid in string.gmatch(wanted, '%S+') do
    local state, owner, where = unpack(redis.call('HMGET', 'file:' .. uuid, 'state', 'user', 'channel'))
    if state ~= 'complete' or owner ~= user or where ~= channel then return nil end
    shown[#shown + 1] = shown_file(uuid)
  end
  return '[' .. table.concat(shown, ',') .. ']'
end

local function bind_files(wanted)
  for uuid in string.gmatch(wanted, '%S+') do
    redis.call('HSET', 'file:' .. uuid, 'state', 'bound')
    redis.call('ZREM', 'fileTimes', uuid)
  end
end

