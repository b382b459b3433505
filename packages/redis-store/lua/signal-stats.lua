#!lua flags=allow-oom
-- Counts the pending signals of instances.
-- KEYS: the fixed keys
-- ARGV: the call, then the instances
-- Returns for each how many are pending, and when the oldest was sent or ''
--- @include "signals"

local function oldestAt(id)
  local first = redis.call('ZRANGE', key('sg', id), 0, 0)
  return first[1] and match(Instance.pending(id, first)[1], '^%a(%d+)') or ''
end

function run()
  local ids, stats = {}, {}
  for i = 6, #ARGV do ids[#ids + 1] = ARGV[i] end
  Instance.load(ids)
  for _, id in ipairs(ids) do
    local known = Instance.of(id)
    stats[#stats + 1] = known and redis.call('ZCARD', key('sg', id)) or 0
    stats[#stats + 1] = known and oldestAt(id) or ''
  end
  return stats
end
