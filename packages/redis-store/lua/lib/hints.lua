--- @include "record"
-- A line is two lists of hints, `front:<line>` and behind it `line:<line>`. A hint is `<id>` for a firing that enters
-- a line for the first time, `<id>/<n>` for the n-th time after that. A firing that left its line leaves its hint
-- behind, which no longer fits its record.
local function readHint(hint)
  if #hint == 20 then return hint, '' end
  return match(hint, '^([^/]*)/?(.*)$')
end

-- Whether a hint still stands for a firing that waits.
local function stands(record, entry)
  return record and record[LINE] == entry and (record[ST] == 'w' or record[ST] == 'q')
end

-- A firing that waits leaves its line by another way than a claim.
local function leaveLine(record)
  if record[ST] == 'w' or record[ST] == 'q' then countStale(lineOf(record), 1) end
end

local function nextTurn()
  setMeta('turn', meta.turn + 1)
  return meta.turn
end
