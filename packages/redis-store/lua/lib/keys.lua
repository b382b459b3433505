-- The fixed keys of one partition. A script is given those it names, and declares them all, so that one in a migrating slot
-- fails before its first write, never after it.
--- @keys META NAMES NUMBERS COUNTS SCHEDULED RETRY_DUE RETRYING PAUSED LEASES STARTS EVENTS SEGMENTS REQUESTS REMOVALS SCHEDULES RECURRING LEFTOVERS WAITERS NODES NODE_TTL SETS LOCKS STALE INSTANCES DEFINITIONS TIMERS GONE INSTANCE_REQUESTS GROUPS CONCURRENCY BUCKETS THROTTLED SLEEPERS UNSERVED DAYS RUNS

-- All other keys of the partition begin like the first one.
local BASE
local function key(kind, name) return BASE .. kind .. ':' .. name end

atStart(function() BASE = string.sub(META, 1, -5) end)
