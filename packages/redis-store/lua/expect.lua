#!lua flags=allow-oom
-- Looks which schedule is due next, and notes who waits for schedules.
-- KEYS: the fixed keys
-- ARGV: the call, 6 waiter, '' where wake keys do not live, 7 for how many ms it is told
-- Returns { `1` when the waiter was noted before, when the first schedule that is not due yet will be, or '' }
--- @include "call"

function run()
  local expires = ARGV[6] ~= '' and tonumber(redis.call('ZSCORE', WAITERS, ARGV[6]) or 0)
  if ARGV[6] ~= '' then redis.call('ZADD', WAITERS, now + ARGV[7], ARGV[6]) end
  local head = redis.call('ZRANGEBYSCORE', SCHEDULES, '(' .. NOW, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  return { expires and expires > now and '1' or '', head[2] or '' }
end
