#!lua flags=allow-oom
-- Reads the schedules of jobs.
-- KEYS: the fixed keys
-- ARGV: the call, then the jobs
-- Returns for each its schedule as lib/schedule-reply.lua gives it, or nothing
--- @include "schedule-reply"

function run()
  local jobs = {}
  for i = 6, #ARGV do jobs[#jobs + 1] = ARGV[i] end
  return scheduleReplies(jobs)
end
