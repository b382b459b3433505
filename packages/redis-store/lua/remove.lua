#!lua flags=allow-oom
-- Removes instances that have ended; what they own is taken away by `advance`, in slices.
-- KEYS: the fixed keys
-- ARGV: the call, then the instances
-- Returns { 'ok', answer, wakes }; the answer is per instance `done`, `unknown`, `refused:<status>` or `owned:<parent>`, joined by
-- commas
--- @include "removing"
--- @include "commit"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local outcomes = {}
  for i = 6, #ARGV do outcomes[#outcomes + 1] = Instance.remove(ARGV[i]) end
  return commit(concat(outcomes, ','))
end
