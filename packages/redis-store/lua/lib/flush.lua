--- @include "wake"
--- @include "events"
-- Writes everything that was collected, but for the lines.
local function flush()
  flushDue()
  flushEvents()
  flushRecords()
  saveMeta()
end
