--- @include "wake"
--- @include "events"
--- @include "firings"
-- Writes everything that was collected, but for the lines, and keeps the answer.
local function flush(answer)
  Schedule.settle()
  Schedule.flush()
  Instance.flush()
  flushDue()
  flushEvents()
  flushStates()
  flushCounts()
  keepAnswer(answer)
  saveMeta()
end
