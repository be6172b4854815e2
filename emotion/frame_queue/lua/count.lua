-- Count what became of frames that a worker has finished.
-- ARGV: (session, outcome, count)...
for i = 1, #ARGV, 3 do count(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])) end
write_counts()
redis.call('DEL', 'frames:unread')
