-- Shared functions, put before each script that counts: `count` adds up in memory, `write_counts` writes once.
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
local function session_of(sender) return string.sub(sender, 1, 32) end
local function frame_key(sender) return 'frames:frame:' .. sender end
