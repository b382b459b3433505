#!lua flags=allow-oom
-- Tells of a crash that another partition found.
-- KEYS: the fixed keys
-- ARGV: the call, 6 node, 7 runs, joined by commas
-- Returns { 'ok', '', wakes }
--- @include "commit"
--- @include "time"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  reportCrash(ARGV[6], { ARGV[7] })
  return commit('')
end
