#!lua flags=allow-oom
-- Tells how concurrency keys are used. Changes nothing.
-- KEYS: the fixed keys
-- ARGV: the call, 6 most holders to name of each, then keys
-- Returns JSON per key, see src/usage/key-usage.ts
--- @include "commit"
--- @include "usage"
function run()
  local usages = {}
  for i = 7, #ARGV do usages[#usages + 1] = cjson.encode(Usage.key(ARGV[i], tonumber(ARGV[6]))) end
  return usages
end
