--- @include "events"
--- @include "names"
local function nodeEvent(name, node, affected)
  events[#events + 1] = name .. '\t\t\t' .. nameNumber('n' .. node) .. '\t\t\t\t' .. (affected or '')
end
