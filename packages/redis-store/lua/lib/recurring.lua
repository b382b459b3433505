-- What scripts do with schedules, as one table, because a Lua function has at most 200 local names. RECURS is RUN_AT of a
-- recurring job, OF_JOB is SIZE of a firing: its payload is that of its job.
local Schedule = { RECURS = '*', OF_JOB = '^' }
