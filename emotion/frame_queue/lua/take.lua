-- Take the frames that have waited longest out of the queue and return them.
-- ARGV: maximum number of frames, lifetime of frames:awake in ms.
local frames = {}
local taken = redis.call('ZPOPMIN', 'frames:waiting', ARGV[1])
for i = 1, #taken, 2 do
  local sender = taken[i]
  local frame = redis.call('GET', frame_key(sender))
  if frame then
    redis.call('DEL', frame_key(sender))
    frames[#frames + 1] = frame
  end
  count(session_of(sender), frame and 'taken' or 'expired', 1)
end
write_counts()

local more = redis.call('ZCARD', 'frames:waiting') > 0
if more and redis.call('SET', 'frames:help', '1', 'NX', 'PX', ARGV[2]) then
  redis.call('DEL', 'frames:awake')
else
  redis.call('SET', 'frames:awake', '1', 'PX', ARGV[2])
end
return frames
