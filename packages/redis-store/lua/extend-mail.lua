#!lua flags=allow-oom
-- Lets leases on mail go on.
-- KEYS: the fixed keys
-- ARGV: the call, 6 lease in ms, then for each instance: id, version it was received at
-- Returns { 'ok', answer, wakes }; the answer is a digit per instance, `1` when it is leased for so long now
--- @include "instances"
--- @include "commit"
local function extend(id, version)
  local head = Instance.of(id)
  if not head or head[H_VERSION] ~= version then return '0' end
  local box = key('mail', Instance.queueOf(head))
  local score = redis.call('ZSCORE', box, id)
  if not score or tonumber(score) <= now then return '0' end
  redis.call('ZADD', box, now + ARGV[6], id)
  return '1'
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local ids, outcomes = {}, {}
  for i = 7, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
  Instance.load(ids)
  for i = 7, #ARGV, 2 do outcomes[#outcomes + 1] = extend(ARGV[i], ARGV[i + 1]) end
  return commit(concat(outcomes))
end
