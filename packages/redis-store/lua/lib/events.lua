--- @include "record"
-- Events of one script share entries of up to 100; an entry's id is the running number of its last event, so a
-- position is a number and a gap is seen by comparing. An event is one line:
-- type, id, n, node, task type, attempt, error (JSON), affected runs.
local events
atStart(function() events = {} end)

-- `run`: the event tells of the record's present run.
local function event(name, id, record, attempt, err, run)
  local n, node = '', ''
  if run then n, node = record[N], record[NODE] end
  events[#events + 1] = name .. '\t' .. id .. '\t' .. n .. '\t' .. node .. '\t' .. record[TYPE]
    .. '\t' .. attempt .. '\t' .. (err or '') .. '\t'
end

-- Trimmed once per 1,000 events, and whole entries only: this keeps at most 100,000.
local KEPT_EVENTS = 98900
local function flushEvents()
  if #events == 0 then return end
  local number = meta.event
  for i = 1, #events, 100 do
    local last = math.min(i + 99, #events)
    number = number + last - i + 1
    redis.call('XADD', EVENTS, format('%.0f-0', number), 't', NOW, 'e', concat(events, '\n', i, last))
  end
  if math.floor(number / 1000) > math.floor(meta.event / 1000) then
    redis.call('XTRIM', EVENTS, 'MINID', format('%.0f', math.max(0, number - KEPT_EVENTS)))
  end
  setMeta('event', number)
end
