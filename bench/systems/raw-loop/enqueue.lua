-- Stores jobs and puts them in line.
-- KEYS[1] line
-- ARGV[1] prefix of the payload keys; then id, payload of each job
local pairs, ids = {}, {}
for i = 2, #ARGV, 2 do
  pairs[#pairs + 1] = ARGV[1] .. ARGV[i]
  pairs[#pairs + 1] = ARGV[i + 1]
  ids[#ids + 1] = ARGV[i]
end
redis.call('MSET', unpack(pairs))
redis.call('RPUSH', KEYS[1], unpack(ids))
