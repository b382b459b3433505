--- @include "lines"
--- @include "flush"
-- The end of every changing script: all that was collected is written, and the answer is kept.
local function commit(answer)
  Schedule.settle()
  flushLines()
  flush(answer)
  return { 'ok', answer, concat(wakes, '\n') }
end
