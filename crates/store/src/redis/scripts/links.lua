-- Links: in the hash `links` JSON by the digest of the secret, in `linkUses` how often each can still be used.

local function end_link(digest)
  redis.call('HDEL', 'links', digest)
  redis.call('HDEL', 'linkUses', digest)
end

-- A link that can be used, or nil.
local function find_link(digest, now)
  local json = redis.call('HGET', 'links', digest)
  local link = json and cjson.decode(json)
  if not link or link.expiresAt <= now then return nil end
  return link, json
end

local function count_use(digest)
  if redis.call('HINCRBY', 'linkUses', digest, -1) <= 0 then end_link(digest) end
end

