-- Put frames into the queue. A sender's newest frame replaces the one that waits and keeps its turn.
-- ARGV: lifetime of a frame in ms, lifetime of frames:awake in ms, number of tally entries,
--       (session, outcome, count)..., (sender, frame)...
-- Returns for how many ms the oldest frame has waited, and 1 if the caller has to wake a worker.
local entries = tonumber(ARGV[3])
for i = 4, 3 + entries * 3, 3 do count(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])) end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local wake = false
for i = 4 + entries * 3, #ARGV, 2 do
  local sender = ARGV[i]
  local had_one = redis.call('EXISTS', frame_key(sender)) == 1
  redis.call('SET', frame_key(sender), ARGV[i + 1], 'PX', ARGV[1])
  count(session_of(sender), 'received', 1)
  if redis.call('ZADD', 'frames:waiting', 'NX', now, sender) == 0 then
    count(session_of(sender), had_one and 'superseded' or 'expired', 1)
  end
  wake = true
end
write_counts()

if wake then
  redis.call('SET', 'frames:unread', now, 'NX')
  redis.call('PEXPIRE', 'frames:unread', 2 * ARGV[1])
  wake = redis.call('SET', 'frames:awake', '1', 'NX', 'PX', ARGV[2]) and true
end
local oldest = redis.call('ZRANGE', 'frames:waiting', 0, 0, 'WITHSCORES')
return {oldest[2] and now - tonumber(oldest[2]) or 0, wake and 1 or 0}
