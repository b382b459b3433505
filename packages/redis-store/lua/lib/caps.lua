--- @include "ending"
-- Retention by number: most ended jobs of a status, whatever their type. The oldest beyond are removed, in slices.
local Caps = {}
do
  -- Jobs removed at once of a status: so many are looked at of each type.
  local SLICE = 100

  local isOver
  atStart(function() isOver = false end)

  -- The sets a cap holds for, and how many stand in them.
  local function setsOf(status)
    local sets, total = {}, 0
    for _, field in ipairs(redis.call('HKEYS', COUNTS)) do
      if match(field, '^(%a+):%d+$') == status then
        local name = key('ended', field)
        flushZset(name)
        sets[#sets + 1], total = name, total + redis.call('ZCARD', name)
      end
    end
    return sets, total
  end

  -- The first of all of them by when they ended.
  local function oldestOf(sets, want)
    local rows, oldest = {}, {}
    for _, name in ipairs(sets) do
      local flat = redis.call('ZRANGE', name, 0, want - 1, 'WITHSCORES')
      for i = 1, #flat, 2 do rows[#rows + 1] = { id = flat[i], at = tonumber(flat[i + 1]), set = name } end
    end
    table.sort(rows, function(a, b)
      if a.at ~= b.at then return a.at < b.at end
      return a.id < b.id
    end)
    for i = 1, math.min(want, #rows) do oldest[i] = rows[i] end
    return oldest
  end

  local function trim(status, cap, limit)
    local sets, total = setsOf(status)
    local over = total - cap
    if over <= 0 then return 0 end
    local rows, ids = oldestOf(sets, math.min(over, limit, SLICE)), {}
    for i, row in ipairs(rows) do ids[i] = row.id end
    loadOpen(ids)
    for _, row in ipairs(rows) do
      if records[row.id] then removeListed(row.id, records[row.id]) else zput(row.set, row.id, nil) end
    end
    isOver = isOver or over > #rows
    return #rows
  end

  -- Removes up to `limit` jobs that are too many. Says how many.
  function Caps.enforce(limit)
    local statuses, removed = { 'completed', 'dead', 'cancelled' }, 0
    local caps = redis.call('HMGET', META, 'completedCap', 'deadCap', 'cancelledCap')
    for i, status in ipairs(statuses) do
      local cap = caps[i] and tonumber(caps[i])
      if cap then removed = removed + trim(status, cap, limit) end
    end
    return removed
  end

  -- Whether more is left than was removed.
  function Caps.isOver() return isOver end
end
