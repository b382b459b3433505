#!lua flags=allow-oom
-- Reads the heads of instances.
-- KEYS: the fixed keys
-- ARGV: the call, then the instances
-- Returns what Instance.replies of lib/heads.lua gives
--- @include "heads"
local function newestOf(_, id) return redis.call('LINDEX', key('m', id), -1) end

function run()
  local ids = {}
  for i = 6, #ARGV do ids[#ids + 1] = ARGV[i] end
  return Instance.replies(ids, newestOf)
end
