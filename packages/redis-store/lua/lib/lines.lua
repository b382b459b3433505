--- @include "record"
--- @include "names"
--- @include "wake"
--- @include "hints"
-- `lines:<tier>:<type>` holds the versions of a type with a line that may not be empty, `ring:<set>:<tier>` the types
-- a handler set may find work in; both ordered by turn.
local pushes, pushOrder
atStart(function() pushes, pushOrder = emptied(pushes), emptied(pushOrder) end)

-- The line a firing belongs to, with what enters it in this step.
local function lineFor(record)
  local name = lineOf(record)
  local line = pushes[name]
  if not line then
    line = { tier = tierOf(record), type = record[TYPE], version = record[VERSION], front = {}, back = {} }
    pushes[name] = line
    pushOrder[#pushOrder + 1] = name
  end
  return line
end

local function push(id, record, front)
  local line = lineFor(record)
  local side = front and line.front or line.back
  side[#side + 1] = record[LINE] == '' and id or id .. '/' .. record[LINE]
end

local wakeSets, flushLines
do
  local function openLine(line)
    redis.call('ZADD', key('lines', line.tier .. ':' .. line.type), 'NX', nextTurn(), line.version)
    for set, handler in pairs(servers(line.type)) do
      if compatible(handler.version, line.version) then
        redis.call('ZADD', key('ring', set .. ':' .. line.tier), 'NX', nextTurn(), line.type)
      end
    end
  end

  -- A node sleeps at most 5 s before it looks again by itself; an entry older than this belongs to a dead one.
  local SLEEP_LIMIT = 6000

  -- Tells up to `count` nodes that sleep in one of these sets of work, or of mail.
  function wakeSets(sets, count, message)
    if not SINGLE then
      wakes[#wakes + 1] = message .. '\t' .. count .. '\t' .. concat(sets, '\t')
      return
    end
    for _, set in ipairs(sets) do
      while count > 0 do
        local popped = redis.call('ZPOPMAX', key('asleep', set), count)
        if #popped == 0 then break end
        for i = 1, #popped, 2 do
          if tonumber(popped[i + 1]) > now - SLEEP_LIMIT then
            tell(popped[i], message)
            count = count - 1
          end
        end
      end
    end
  end

  function flushLines()
    for _, name in ipairs(pushOrder) do
      local line = pushes[name]
      local front, back = 0, 0
      for i = 1, #line.back, 2000 do
        back = redis.call('RPUSH', key('line', name), unpack(line.back, i, math.min(i + 1999, #line.back)))
      end
      for i = 1, #line.front do front = redis.call('LPUSH', key('front', name), line.front[i]) end
      if back == #line.back or front == #line.front then openLine(line) end
      local sets = {}
      for set, handler in pairs(servers(line.type)) do
        if compatible(handler.version, line.version) then sets[#sets + 1] = set end
      end
      if #sets > 0 then wakeSets(sets, #line.back + #line.front, 'work') end
    end
    pushes, pushOrder = {}, {}
  end
end

-- Counts the schedule-to-start of a firing that has one from now.
local function limitStart(id, record)
  local limit = extraOf(id, record).scheduleToStartTimeoutMs
  if not limit then return end
  zput(STARTS, id, now + limit)
  noteDue(now + limit)
end

-- Makes a firing claimable again.
local function enterLine(id, record, front)
  record[LINE] = tostring(int(record, LINE) + 1)
  record[AT] = NOW
  limitStart(id, record)
  push(id, record, front)
end
