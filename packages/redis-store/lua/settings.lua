#!lua flags=allow-oom
-- Replaces the settings if nobody else did since, and tells every node.
-- KEYS: the fixed keys
-- ARGV: the call, 6 `put` or `copy` (bring a partition that lags up to date), 7 version the caller has seen, or
--       the one copied, then fields and values
-- Returns { 'ok', answer, wakes }; the answer is `saved` or `conflict`
--- @include "nodes"

-- What other limits, rates and pauses mean for what waits and runs. `before`: what held until now.
local function followFlow(before)
  handlersChanged()
  local flow = Flow.now()
  Slots.recount()
  for name in pairs(before.keys) do Slots.look('k' .. name) end
  for name in pairs(flow.keys) do Slots.look('k' .. name) end
  Slots.settle()
  Buckets.wakeAll()
  if flow.unservedMs and meta.unserved > 0 then Unserved.lookAt(now) end
  for number in pairs(before.types) do Flow.roomIn(number) end
  for _, tier in ipairs(flow.order) do Lines.wakeTier(tier.name, 1000) end
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local version, given = tonumber(redis.call('HGET', META, 'settings') or 0), tonumber(ARGV[7])
  local puts = ARGV[6] == 'put'
  if puts and version ~= given or not puts and version >= given then return commit('conflict') end
  local before, text = Flow.now(), redis.call('HGET', META, 'flow') or ''
  redis.call('HSET', META, 'settings', puts and given + 1 or given, unpack(ARGV, 8))
  setMeta('sweepAt', now)
  if redis.call('HGET', META, 'flow') ~= text then followFlow(before) end
  if puts then
    for _, node in ipairs(redis.call('HKEYS', NODES)) do tell(node, 'settings') end
  end
  return commit('saved')
end
