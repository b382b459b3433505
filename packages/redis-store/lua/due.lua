#!lua flags=allow-oom
-- Reads the schedules that are due.
-- KEYS: the fixed keys
-- ARGV: the call, 6 the limit
-- Returns { now, when the first of the others is due or '', schedules as lib/schedule-reply.lua gives them }
--- @include "schedule-reply"

function run()
  local due = redis.call('ZRANGEBYSCORE', SCHEDULES, '-inf', NOW, 'LIMIT', 0, ARGV[6])
  local rest = redis.call('ZRANGE', SCHEDULES, #due, #due, 'WITHSCORES')
  return { NOW, rest[2] or '', scheduleReplies(due) }
end
