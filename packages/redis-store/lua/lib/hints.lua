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

-- How many stand in the lines of a tier, type and version.
local function countInLine(line, by)
  local tier, taskType, version = match(line, '^([^:]*):([^:]*):([^:]*)')
  count('line:' .. tier .. ':' .. taskType, version, by)
end

-- A firing that waits leaves its line by another way than a claim.
local function leaveLine(id, record)
  if record[ST] ~= 'w' and record[ST] ~= 'q' then return end
  local line = lineOf(id, record)
  countStale(line, 1)
  countInLine(line, -1)
  -- Others may stand behind it for a key that it does not need any more.
  local names = keysOf(id, record)
  for _, name in ipairs(names) do Slots.look('k' .. name) end
  if names[1] then Lines.reopen(sub(line, 1, -#names[1] - 2), names[1]) end
end

local function nextTurn()
  setMeta('turn', meta.turn + 1)
  return meta.turn
end
