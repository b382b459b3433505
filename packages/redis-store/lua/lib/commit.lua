--- @include "time"
-- The end of every changing script: all that was collected is written, and the answer is kept.
local function flush()
  flushLines()
  flushDue()
  flushEvents()
  flushRecords()
  saveMeta()
end

local function commit(answer)
  flush()
  remember(answer)
  return { 'ok', answer, concat(wakes, '\n') }
end
