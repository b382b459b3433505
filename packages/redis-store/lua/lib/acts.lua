--- @include "marks"
-- The acts of clients and operators that are kept of a job: `<time>\t<verb>\t<who gave the order, as JSON>`, the newest 100.

-- MAX_AUDIT_ENTRIES of the port.
local MOST_ACTS = 100

local function noteAct(id, record, verb, by)
  local acts = key('a', id)
  local kept = redis.call('RPUSH', acts, NOW .. '\t' .. verb .. '\t' .. by)
  if kept > MOST_ACTS then redis.call('LTRIM', acts, -MOST_ACTS, -1) end
  Marks.set(id, record, 'a')
end
