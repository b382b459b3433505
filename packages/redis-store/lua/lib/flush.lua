--- @include "wake"
--- @include "events"
-- Writes everything that was collected, but for the lines, and keeps the answer.
local function flush(answer)
  flushDue()
  flushEvents()
  flushStates()
  flushCounts()
  keepAnswer(answer)
  saveMeta()
end
