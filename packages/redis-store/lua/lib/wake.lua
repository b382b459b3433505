--- @include "meta"
--- @include "recurring"
-- Wake keys live in partition 0: with one partition a script wakes by itself, else it replies whom to wake.
local wakes

local function tell(node, message)
  if not SINGLE then
    wakes[#wakes + 1] = 'tell\t' .. node .. '\t' .. message
    return
  end
  local list = key('wake', node)
  redis.call('RPUSH', list, message)
  if not INJECTED then redis.call('PEXPIRE', list, 60000) end
end

-- Tells those who wait for schedules: one may be due earlier than they know.
function Schedule.tell()
  if not SINGLE then
    wakes[#wakes + 1] = 'schedules\t\t'
    return
  end
  redis.call('ZREMRANGEBYSCORE', WAITERS, '-inf', NOW)
  for _, waiter in ipairs(redis.call('ZRANGE', WAITERS, 0, -1)) do tell(waiter, 'schedules') end
end

-- `dueAt` is never later than the first thing that time alone will move. An earlier time than the one that a node
-- promised to look at is told to that node.
local earliest, soonest
atStart(function() wakes, earliest, soonest = emptied(wakes), nil, nil end)

-- Somebody is to look at this time, though a claim need not have `advance` come first.
local function noteLook(at)
  if not soonest or at < soonest then soonest = at end
end

local function noteDue(at)
  if not earliest or at < earliest then earliest = at end
  noteLook(at)
end

local function flushDue()
  if not soonest then return end
  if earliest and (meta.dueAt == 0 or earliest < meta.dueAt) then setMeta('dueAt', earliest) end
  if meta.look ~= '' and soonest < meta.lookAt and meta.lookAt > now then
    tell(meta.look, 'due')
    setMeta('lookAt', soonest)
  end
end
