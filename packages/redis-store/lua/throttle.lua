#!lua flags=allow-oom
-- Lets nothing with some concurrency keys start for a while.
-- KEYS: the fixed keys
-- ARGV: the call, then for each: key, for how many ms
-- Returns { 'ok', '', wakes }
--- @include "commit"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  for i = 6, #ARGV, 2 do
    local till = now + ARGV[i + 1]
    redis.call('ZADD', THROTTLED, 'GT', format('%.0f', till), ARGV[i])
    if till > meta.throttledTo then setMeta('throttledTo', till) end
  end
  return commit('')
end
