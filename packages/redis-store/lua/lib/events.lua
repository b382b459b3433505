--- @include "record"
-- Events of one script share entries of up to 100; an entry's id is the running number of its last event, so a
-- position is a number and a gap is seen by comparing. An event is one line:
-- type, id, n, node, task type, attempt, error (JSON), affected runs.
-- Events in a row that differ only in their ids share one line, with the ids joined by commas.
local addEvent, flushEvents
do
  local eventTypes, eventIds, eventTails
  atStart(function() eventTypes, eventIds, eventTails = {}, {}, {} end)

  -- `tail`: what follows the id in the line.
  function addEvent(name, id, tail)
    local at = #eventIds + 1
    eventTypes[at], eventIds[at], eventTails[at] = name, id, tail
  end

  -- The lines of the events from one place to another.
  local function eventLines(first, last)
    local lines, i = {}, first
    while i <= last do
      local name, tail, from = eventTypes[i], eventTails[i], i
      while i < last and eventTails[i + 1] == tail and eventTypes[i + 1] == name do i = i + 1 end
      lines[#lines + 1] = name .. '\t' .. concat(eventIds, ',', from, i) .. '\t' .. tail
      i = i + 1
    end
    return concat(lines, '\n')
  end

  -- Trimmed once per 1,000 events, and whole entries only: this keeps at most 100,000.
  local KEPT_EVENTS, EVENTS_OF_ENTRY = 98900, 100
  function flushEvents()
    if #eventIds == 0 then return end
    local number = meta.event
    for i = 1, #eventIds, EVENTS_OF_ENTRY do
      local last = math.min(i + EVENTS_OF_ENTRY - 1, #eventIds)
      number = number + last - i + 1
      redis.call('XADD', EVENTS, format('%.0f-0', number), 't', NOW, 'e', eventLines(i, last))
    end
    if math.floor(number / 1000) > math.floor(meta.event / 1000) then
      redis.call('XTRIM', EVENTS, 'MINID', format('%.0f', math.max(0, number - KEPT_EVENTS)))
    end
    setMeta('event', number)
  end
end

-- `run`: the event tells of the record's present run.
local function event(name, id, record, attempt, err, run)
  local n, node = '', ''
  if run then n, node = record[N], record[NODE] end
  addEvent(name, id, n .. '\t' .. node .. '\t' .. record[TYPE] .. '\t' .. attempt .. '\t' .. (err or '') .. '\t')
end
