--- @include "lines"
-- Lines whose jobs were cancelled or paused, and that nobody claims from, would keep the hints for ever.

local rebuildLines
do
  -- A line is rebuilt when more hints than these, and more than half of them, stand for nothing.
  local STALE_ENOUGH = 100

  -- Moves what still stands at the head of a line behind its front list, in order, and drops the rest. When all of the line
  -- has come to stand in the front list, that becomes the line, so that it can be gone through again.
  local function sift(name, limit)
    local front, list = key('front', name), key('line', name)
    if redis.call('EXISTS', list) == 0 and redis.call('EXISTS', front) == 1 then redis.call('RENAME', front, list) end
    local hints = redis.call('LPOP', list, limit)
    if not hints then return 0 end
    local ids, entries, kept = {}, {}, {}
    for i, hint in ipairs(hints) do ids[i], entries[i] = readHint(hint) end
    loadOpen(ids)
    for i, hint in ipairs(hints) do
      if stands(records[ids[i]], entries[i]) then kept[#kept + 1] = hint else countStale(name, -1) end
    end
    callMany('RPUSH', kept, front)
    return #hints
  end

  function rebuildLines(limit)
    local flat, sifted = redis.call('HGETALL', STALE), 0
    for i = 1, #flat, 2 do
      local name, dead = flat[i], tonumber(flat[i + 1])
      if dead > STALE_ENOUGH and sifted < limit then
        local length = redis.call('LLEN', key('front', name)) + redis.call('LLEN', key('line', name))
        if dead * 2 > length then sifted = sifted + sift(name, limit - sifted) end
      end
    end
    return sifted
  end
end
