-- Return all tallies and delete them, so that counting begins at 0 again.
-- Returns (session, (outcome, count)...)...
local collected = {}
for _, session in ipairs(redis.call('SMEMBERS', 'frames:tallies')) do
  collected[#collected + 1] = {session, redis.call('HGETALL', 'frames:tally:' .. session)}
  redis.call('DEL', 'frames:tally:' .. session)
end
redis.call('DEL', 'frames:tallies')
return collected
