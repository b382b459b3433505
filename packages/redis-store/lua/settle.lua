#!lua flags=allow-oom
-- Ends runs with the outcomes their workers decided.
-- KEYS: the fixed keys
-- ARGV: the call, then the runs as lib/settling.lua takes them
-- Returns { 'ok', answer, wakes }
--- @include "settling"
--- @include "commit"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  return commit(settleRuns(6))
end
