-- A line is a list of hints: `<id>` for a firing that enters a line for the first time, `<id>/<n>` for the n-th time
-- after that. A firing that left its line leaves its hint behind, which no longer fits its record.
local function readHint(hint)
  if #hint == 20 then return hint, '' end
  return match(hint, '^([^/]*)/?(.*)$')
end

local function nextTurn()
  setMeta('turn', meta.turn + 1)
  return meta.turn
end
