--- @include "events"
--- @include "names"
local function nodeEvent(name, node, affected)
  addEvent(name, '', '\t' .. nameNumber('n' .. node) .. '\t\t\t\t' .. (affected or ''))
end
