"""What happens to a frame inside Redis, each step whole or not at all, and counted in the same step.

frames:waiting          who waits, by the time since when: the line
frames:slot:<place>     the newest frame of one participant; expires
frames:ring             a worker has been called, or is listening: nobody else needs to be called; expires
frames:help             one worker is not enough, and another has been called; expires
frames:unread           since when frames come and a worker is done with none; expires when none comes
frames:tally:<session>  what became of its frames since the tally was last collected
frames:tallies          the sessions that have such a tally

A place is "<32 digits of the session>:<consent>".
"""

LINE, RING, UNREAD = "frames:waiting", "frames:ring", "frames:unread"

_COUNTING = """
local counted = {}
local function count(session, what, n)
  local key = session .. what
  if not counted[key] then counted[key] = {session, what, 0} end
  counted[key][3] = counted[key][3] + n
end
local function write_counts()
  for _, entry in pairs(counted) do
    redis.call('HINCRBY', 'frames:tally:' .. entry[1], entry[2], entry[3])
    redis.call('SADD', 'frames:tallies', entry[1])
  end
end
local function session_of(place) return string.sub(place, 1, 32) end
local function slot_of(place) return 'frames:slot:' .. place end
"""

# In: slot lifetime ms, ring lifetime ms, number of tally entries, (session, what, n)..., (place, frame)...
# Out: ms the oldest frame has waited, and whether the workers must be rung.
PUT = (
    _COUNTING
    + """
local entries = tonumber(ARGV[3])
for i = 4, 3 + entries * 3, 3 do count(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])) end

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local rung = false
for i = 4 + entries * 3, #ARGV, 2 do
  local place = ARGV[i]
  local had_one = redis.call('EXISTS', slot_of(place)) == 1
  redis.call('SET', slot_of(place), ARGV[i + 1], 'PX', ARGV[1])
  count(session_of(place), 'received', 1)
  if redis.call('ZADD', 'frames:waiting', 'NX', now, place) == 0 then
    count(session_of(place), had_one and 'superseded' or 'expired', 1)
  end
  rung = true
end
write_counts()

if rung then
  redis.call('SET', 'frames:unread', now, 'NX')
  redis.call('PEXPIRE', 'frames:unread', 2 * ARGV[1])
  rung = redis.call('SET', 'frames:ring', '1', 'NX', 'PX', ARGV[2]) and true
end
local oldest = redis.call('ZRANGE', 'frames:waiting', 0, 0, 'WITHSCORES')
return {oldest[2] and now - tonumber(oldest[2]) or 0, rung and 1 or 0}
"""
)

# In: how many at most, ring lifetime ms. Out: the frames, longest waiting first.
TAKE = (
    _COUNTING
    + """
local frames = {}
local taken = redis.call('ZPOPMIN', 'frames:waiting', ARGV[1])
for i = 1, #taken, 2 do
  local place = taken[i]
  local frame = redis.call('GET', slot_of(place))
  if frame then
    redis.call('DEL', slot_of(place))
    frames[#frames + 1] = frame
  end
  count(session_of(place), frame and 'taken' or 'expired', 1)
end
write_counts()

local more = redis.call('ZCARD', 'frames:waiting') > 0
if more and redis.call('SET', 'frames:help', '1', 'NX', 'PX', ARGV[2]) then
  redis.call('DEL', 'frames:ring')
else
  redis.call('SET', 'frames:ring', '1', 'PX', ARGV[2])
end
return frames
"""
)

# In: places. Whose frame is there is erased, and counted as taken because it left its slot.
ERASE = (
    _COUNTING
    + """
for _, place in ipairs(ARGV) do
  if redis.call('ZREM', 'frames:waiting', place) == 1 then
    if redis.call('DEL', slot_of(place)) == 1 then
      count(session_of(place), 'taken', 1)
      count(session_of(place), 'erased', 1)
    else
      count(session_of(place), 'expired', 1)
    end
  end
end
write_counts()
"""
)

# In: (session, what, n)... of frames that a worker is done with.
COUNT = (
    _COUNTING
    + """
for i = 1, #ARGV, 3 do count(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])) end
write_counts()
redis.call('DEL', 'frames:unread')
"""
)

# Out: (session, (what, n)...)... of every tally, which starts again from nothing.
COLLECT = """
local collected = {}
for _, session in ipairs(redis.call('SMEMBERS', 'frames:tallies')) do
  collected[#collected + 1] = {session, redis.call('HGETALL', 'frames:tally:' .. session)}
  redis.call('DEL', 'frames:tally:' .. session)
end
redis.call('DEL', 'frames:tallies')
return collected
"""
