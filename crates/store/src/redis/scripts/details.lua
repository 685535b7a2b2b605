-- Channels and people as JSON, as they stand in answers and in news.
local function person(user, owner)
  local name = redis.call('HGET', 'user:' .. user, 'name') or ''
  local json = '{"UUID":"' .. user .. '","Username":' .. cjson.encode(name)
  if owner ~= nil then json = json .. ',"owner":' .. tostring(owner) end
  return json .. '}'
end

local function list(items) return '[' .. table.concat(items, ',') .. ']' end

-- General, a group or a named channel.
local function details_of(channel)
  local kind, name, topic, private, posting, archived, at, edition = unpack(redis.call('HMGET', 'channel:' .. channel,
    'kind', 'name', 'topic', 'private', 'posting', 'archived', 'madeAt', 'edition'))
  local uuid, total, people = channel, nil, {}
  if channel == 'public' then
    uuid, name = '00000000-0000-0000-0000-000000000000', 'General'
    total = redis.call('LLEN', 'users')
  else
    total = redis.call('HLEN', 'channelUsers:' .. channel)
  end
  if kind == 'group' then
    for _, member in ipairs(redis.call('ZRANGE', 'channelMembers:' .. channel, 0, -1)) do
      people[#people + 1] = person(string.sub(member, -36))
    end
  end
  return '{"uuid":"' .. uuid .. '","name":' .. cjson.encode(name or '') .. ',"topic":' .. cjson.encode(topic or '')
    .. ',"private":' .. tostring(private == '1') .. ',"ownersPost":' .. tostring(posting == 'owners')
    .. ',"archived":' .. tostring(archived == '1') .. ',"createdAt":"' .. (at or '1970-01-01T00:00:00Z')
    .. '","edition":' .. (edition or '0') .. ',"usersTotal":' .. total .. ',"users":' .. list(people) .. '}'
end

