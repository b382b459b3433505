--- @include "wake"
--- @include "events"
--- @include "firings"
--- @include "days"
-- Writes everything that was collected, but for the lines, and keeps the answer.
local function flush(answer)
  Schedule.settle()
  Schedule.flush()
  Instance.flush()
  Slots.flush()
  Buckets.flush()
  Lines.tell()
  flushDue()
  flushEvents()
  flushStates()
  flushCounts()
  Days.flush()
  keepAnswer(answer)
  saveMeta()
end
