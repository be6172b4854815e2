-- Delete the frames of some senders. A frame that was there counts as taken, because it left the queue.
-- ARGV: sender...
for _, sender in ipairs(ARGV) do
  if redis.call('ZREM', 'frames:waiting', sender) == 1 then
    if redis.call('DEL', frame_key(sender)) == 1 then
      count(session_of(sender), 'taken', 1)
      count(session_of(sender), 'erased', 1)
    else
      count(session_of(sender), 'expired', 1)
    end
  end
end
write_counts()
