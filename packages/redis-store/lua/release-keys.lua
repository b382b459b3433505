#!lua flags=allow-oom
-- Frees unique keys, whoever holds them.
-- KEYS: the fixed keys
-- ARGV: the call, then the keys
-- Returns { 'ok', answer, wakes }; the answer is a digit per key, `1` when it was held
--- @include "commit"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local outcomes = {}
  for i = 6, #ARGV do outcomes[#outcomes + 1] = redis.call('DEL', key('u', ARGV[i])) end
  return commit(concat(outcomes))
end
