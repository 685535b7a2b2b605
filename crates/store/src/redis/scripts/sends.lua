-- Sends by their clientUUID: those of this day (of Redis' clock) stand in messageClient:<channel>, those of the
-- day before in messageClient:<channel>:before. So each is remembered for a day at least, and two at most.
local DAY = 86400

-- The Seq of a send that was stored before, or nil. `time` is what TIME answers.
local function stored_before(channel, send, time)
  local now, before = 'messageClient:' .. channel, 'messageClient:' .. channel .. ':before'
  local today = math.floor(time[1] / DAY)
  -- The empty field holds the day; version 0.1 wrote none.
  local day, seq = unpack(redis.call('HMGET', now, '', send))
  if day ~= tostring(today) then
    redis.call('UNLINK', before)
    if redis.call('EXISTS', now) == 1 then
      redis.call('RENAME', now, before)
      redis.call('EXPIRE', before, DAY)
    end
    redis.call('HSET', now, '', today)
    redis.call('EXPIRE', now, 2 * DAY)
  end
  return tonumber(seq or redis.call('HGET', before, send) or nil)
end

local function note_stored(channel, send, seq) redis.call('HSET', 'messageClient:' .. channel, send, seq) end

