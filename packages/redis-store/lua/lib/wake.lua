--- @include "serve"
-- Wake keys live in partition 0: with one partition a script wakes by itself, else it replies whom to wake.
local wakes = {}

-- A node sleeps at most 5 s before it looks again by itself; an entry older than this belongs to a dead one.
local SLEEP_LIMIT = 6000

local function tell(node, message)
  if not SINGLE then
    wakes[#wakes + 1] = 'tell\t' .. node .. '\t' .. message
    return
  end
  local list = key('wake', node)
  redis.call('RPUSH', list, message)
  if not INJECTED then redis.call('PEXPIRE', list, 60000) end
end

-- Wakes up to `count` nodes that sleep in one of these sets.
local function wakeSets(sets, count)
  if not SINGLE then
    wakes[#wakes + 1] = 'work\t' .. count .. '\t' .. concat(sets, '\t')
    return
  end
  for _, set in ipairs(sets) do
    while count > 0 do
      local popped = redis.call('ZPOPMAX', key('asleep', set), count)
      if #popped == 0 then break end
      for i = 1, #popped, 2 do
        if tonumber(popped[i + 1]) > now - SLEEP_LIMIT then
          tell(popped[i], 'work')
          count = count - 1
        end
      end
    end
  end
end

-- Keeps the promise of `look`: a due time before the promised one is told to the node that promised.
local earliest = nil
local function noteDue(at)
  if not earliest or at < earliest then earliest = at end
end

local function flushDue()
  if earliest and meta.look ~= '' and earliest < meta.lookAt and meta.lookAt > now then
    tell(meta.look, 'due')
    setMeta('lookAt', earliest)
  end
end
