-- Completes a batch and claims the next one under a lease.
-- KEYS[1] line, KEYS[2] leases, KEYS[3] completed
-- ARGV[1] prefix of the payload keys, ARGV[2] end of the new leases, ARGV[3] most jobs to claim, ARGV[4] '1': keep
-- what is completed; then its ids, or ids and records of what is kept
-- Returns: ids, payloads
local prefix, keeps = ARGV[1], ARGV[4] == '1'
if #ARGV > 4 then
  local ids, keys = {}, {}
  for i = 5, #ARGV, keeps and 2 or 1 do
    ids[#ids + 1] = ARGV[i]
    keys[#keys + 1] = prefix .. ARGV[i]
  end
  redis.call('ZREM', KEYS[2], unpack(ids))
  if keeps then
    redis.call('HSET', KEYS[3], unpack(ARGV, 5))
  else
    redis.call('DEL', unpack(keys))
  end
end

local ids = redis.call('LPOP', KEYS[1], ARGV[3])
if not ids or #ids == 0 then return { {}, {} } end
local keys, leases = {}, {}
for i, id in ipairs(ids) do
  keys[i] = prefix .. id
  leases[2 * i - 1] = ARGV[2]
  leases[2 * i] = id
end
redis.call('ZADD', KEYS[2], unpack(leases))
return { ids, redis.call('MGET', unpack(keys)) }
