--- @include "lines"
-- Lines whose jobs were cancelled or paused, and that nobody claims from, would keep the hints for ever.

local rebuildLines
do
  -- A line is rebuilt when more hints than these, and more than half of them, stand for nothing.
  local STALE_ENOUGH = 100
  -- Lines looked at in one call.
  local LINES_AT_ONCE = 200

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

  -- Where nothing stands any more, and perhaps no claim ever comes by: its tier is paused or was taken out, nobody serves it.
  local function forget(name)
    local tier, number, version, concurrencyKey = Lines.parts(name)
    if concurrencyKey ~= '' then return redis.call('ZREM', key('keyed', tier .. ':' .. number .. ':' .. version), concurrencyKey) end
    redis.call('ZREM', key('lines', tier .. ':' .. number), version)
  end

  local function lengthOf(name) return redis.call('LLEN', key('front', name)) + redis.call('LLEN', key('line', name)) end

  function rebuildLines(limit)
    local flat, sifted = redis.call('HGETALL', STALE), 0
    for i = 1, #flat, 2 do
      local name, dead = flat[i], tonumber(flat[i + 1])
      if sifted < limit and (dead > STALE_ENOUGH or i < 2 * LINES_AT_ONCE) then
        local length = lengthOf(name)
        if dead >= length or dead > STALE_ENOUGH and dead * 2 > length then
          sifted = sifted + sift(name, limit - sifted)
          if lengthOf(name) == 0 then forget(name) end
        end
      end
    end
    return sifted
  end
end
