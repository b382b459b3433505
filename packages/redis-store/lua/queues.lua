#!lua flags=allow-oom
-- Tells how much waits and runs, by tier and by task type, and what nobody serves. Changes nothing.
-- KEYS: the fixed keys
-- ARGV: the call
-- Returns JSON: `tiers` by name, `types` by number, `unserved` by `<type>:<version>`, see src/usage/queues.ts
--- @include "commit"
--- @include "usage"
function run()
  local lines, types, tiers = Usage.lines(), {}, {}
  for _, line in ipairs(lines) do
    Usage.add(tiers, line.tier, line)
    Usage.add(types, line.type, line)
  end
  Usage.addCounts(types)
  for name, setting in pairs(Flow.now().byName) do
    tiers[name] = tiers[name] or { waiting = 0 }
    Usage.addLimits(tiers[name], 'r' .. name, setting)
  end
  for number, setting in pairs(Flow.now().types) do
    types[number] = types[number] or { waiting = 0, running = 0 }
    Usage.addLimits(types[number], 't' .. number, setting)
  end
  return cjson.encode({ tiers = tiers, types = types, unserved = Usage.unserved(lines) })
end
