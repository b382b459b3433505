--- @include "record"
--- @include "names"
--- @include "wake"
--- @include "hints"
--- @include "slots"
--- @include "buckets"
--- @include "unserved"
-- `lines:<tier>:<type>` holds what of a type may not be empty: `<version>` for its line of jobs without concurrency keys, `<version>:` for
-- its lines by key. These stand in `keyed:<tier>:<type>:<version>`, those that nobody may claim from now (parked or asleep) with the score
-- NEVER. `ring:<set>:<tier>` holds the types a handler set may find work in. All are ordered by turn.
local pushes, pushOrder
atStart(function() pushes, pushOrder = emptied(pushes), emptied(pushOrder) end)

-- The line a firing belongs to, with what enters it in this step.
local function lineFor(id, record)
  local name = lineOf(id, record)
  local line = pushes[name]
  if not line then
    local tier, taskType, version, concurrencyKey = Lines.parts(name)
    line = { tier = tier, type = taskType, version = version, key = concurrencyKey, front = {}, back = {} }
    pushes[name] = line
    pushOrder[#pushOrder + 1] = name
  end
  return line
end

local function push(id, record, front)
  local line = lineFor(id, record)
  local side = front and line.front or line.back
  side[#side + 1] = record[LINE] == '' and id or id .. '/' .. record[LINE]
end

local wakeSets, flushLines
do
  -- Members of `lines` and of rings that this call has put there.
  local openedLines, openedTypes
  -- `keyed` set -> keys of lines that are open again, and how many others may go on at their turn; how many nodes are to be told of each
  -- type and version.
  local reopened, goOn, tellings, tierTellings
  atStart(function()
    openedLines, openedTypes, reopened, goOn = {}, {}, emptied(reopened), emptied(goOn)
    tellings, tierTellings = emptied(tellings), emptied(tierTellings)
  end)

  -- Nothing of a paused tier or type is claimed, so nobody is woken for it.
  local function isPaused(tier, number)
    local flow = Flow.now()
    return flow.types[number] and flow.types[number].paused or flow.byName[tier] and flow.byName[tier].paused
  end

  -- The sets that can run a version of a type; it is noted since when there are none.
  local function setsFor(number, version)
    local sets = {}
    for set, handler in pairs(servers(number)) do
      if compatible(handler.version, version) then sets[#sets + 1] = set end
    end
    return sets
  end

  local function openMember(tier, number, version, member)
    local name = tier .. ':' .. number
    if not openedLines[name .. ':' .. member] then
      openedLines[name .. ':' .. member] = true
      redis.call('ZADD', key('lines', name), 'NX', nextTurn(), member)
    end
    for set, handler in pairs(servers(number)) do
      local ring = set .. ':' .. tier
      if compatible(handler.version, version) and not openedTypes[ring .. ':' .. number] then
        openedTypes[ring .. ':' .. number] = true
        redis.call('ZADD', key('ring', ring), 'NX', nextTurn(), number)
      end
    end
  end

  -- A claim found nothing there, so what is put there again is to be written again.
  function Lines.closed(tier, number, member)
    openedLines[tier .. ':' .. number .. ':' .. member] = nil
    for set in pairs(servers(number)) do openedTypes[set .. ':' .. tier .. ':' .. number] = nil end
  end

  -- A line by key may be claimed from again.
  function Lines.reopen(group, concurrencyKey)
    local concurrencyKeys = reopened[group]
    if not concurrencyKeys then
      concurrencyKeys = {}
      reopened[group] = concurrencyKeys
    end
    concurrencyKeys[#concurrencyKeys + 1] = concurrencyKey
  end

  -- A line by key that has its turn may be claimed from again.
  function Lines.tellOfTurn(group) goOn[group] = (goOn[group] or 0) + 1 end

  -- Lines by key get the next turn, unless they have an earlier one. Which of them is first does not matter.
  local function addTurns(ring, concurrencyKeys)
    local turns, turn = {}, format('%.0f', nextTurn())
    for i = 1, #concurrencyKeys do turns[2 * i - 1], turns[2 * i] = turn, concurrencyKeys[i] end
    for i = 1, #turns, 2000 do
      redis.call('ZADD', ring, 'XX', 'LT', unpack(turns, i, math.min(i + 1999, #turns)))
    end
  end

  -- One node is to be told of each of so many lines.
  local function openGroup(group, lines)
    local tier, number, version = Lines.parts(group)
    openMember(tier, number, version, version .. ':')
    if isPaused(tier, number) then return end
    local name = number .. ':' .. version
    tellings[name] = (tellings[name] or 0) + lines
  end

  -- Writes what was reopened, and notes whom that is to be told.
  function Lines.flushOpened()
    for group, concurrencyKeys in pairs(reopened) do
      addTurns(key('keyed', group), concurrencyKeys)
      openGroup(group, #concurrencyKeys)
    end
    for group, lines in pairs(goOn) do openGroup(group, lines) end
    reopened, goOn = emptied(reopened), emptied(goOn)
  end

  -- What stands at the head of a line, and the list its hint is in; hints in front of it that stand for nothing are dropped. A line by
  -- key that holds nothing goes.
  function Lines.head(name)
    for _, kind in ipairs({ 'front', 'line' }) do
      local list = key(kind, name)
      while true do
        local hint = redis.call('LINDEX', list, 0)
        if not hint then break end
        local id, entry = readHint(hint)
        loadOpen({ id })
        if stands(records[id], entry) then return id, records[id], list end
        redis.call('LPOP', list)
        countStale(name, -1)
      end
    end
    local tier, number, version, concurrencyKey = Lines.parts(name)
    if concurrencyKey ~= '' then redis.call('ZREM', key('keyed', tier .. ':' .. number .. ':' .. version), concurrencyKey) end
  end

  -- There is room for so many of a type, or of a tier.
  function Lines.wakeType(number, count) tellings[number] = (tellings[number] or 0) + count end
  function Lines.wakeTier(tier, count) tierTellings[tier] = (tierTellings[tier] or 0) + count end

  function Lines.isTelling() return next(tellings) ~= nil or next(tierTellings) ~= nil end

  -- So many of those a node is to be told of were taken by this very call.
  function Lines.taken(number, version, tier, jobs)
    for _, name in ipairs({ number .. ':' .. version, number }) do
      if tellings[name] then tellings[name] = tellings[name] - jobs end
    end
    if tierTellings[tier] then tierTellings[tier] = tierTellings[tier] - jobs end
  end

  local function hasWork(set, number, tier)
    return redis.call('ZSCORE', key('ring', set .. ':' .. tier), number)
  end

  local function tellType(name, count)
    local number, version = match(name, '^(%d+):(.*)$')
    if number then return wakeSets(setsFor(number, version), count, 'work') end
    local sets = {}
    for set in pairs(servers(name)) do
      for _, tier in ipairs(Flow.now().order) do
        if not isPaused(tier.name, name) and hasWork(set, name, tier.name) then
          sets[#sets + 1] = set
          break
        end
      end
    end
    wakeSets(sets, count, 'work')
  end

  local function tellTier(tier, count)
    local setting, sets = Flow.now().byName[tier], {}
    if setting and setting.paused then return end
    for _, set in ipairs(redis.call('HKEYS', SETS)) do
      if redis.call('EXISTS', key('ring', set .. ':' .. tier)) == 1 then sets[#sets + 1] = set end
    end
    wakeSets(sets, count, 'work')
  end

  -- Tells nodes of the room there is, and of what goes on.
  function Lines.tell()
    if not Lines.isTelling() then return end
    for name, count in pairs(tellings) do
      if count > 0 then tellType(name, count) end
    end
    for tier, count in pairs(tierTellings) do
      if count > 0 then tellTier(tier, count) end
    end
    tellings, tierTellings = {}, {}
  end

  -- A node sleeps at most 5 s before it looks again by itself; an entry older than this belongs to a dead one.
  local SLEEP_LIMIT = 6000

  -- Tells up to `count` nodes that sleep in one of these sets of work, or of mail.
  function wakeSets(sets, count, message)
    if #sets == 0 then return end
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

  -- A line by key that has a new head is open whatever its old one waited for.
  local function openKeyed(line, isNewHead)
    local ring = key('keyed', line.tier .. ':' .. line.type .. ':' .. line.version)
    line.isOpened = true
    if isNewHead then
      redis.call('ZADD', ring, 'LT', nextTurn(), line.key)
    else
      redis.call('ZADD', ring, 'NX', nextTurn(), line.key)
    end
    openMember(line.tier, line.type, line.version, line.version .. ':')
  end

  -- A line by key that was opened while its key is full is parked at once: nobody is told of it before the slot is free.
  local function parkFull(line)
    local group = line.tier .. ':' .. line.type .. ':' .. line.version
    Slots.park(group, line.key, 'k' .. line.key)
    redis.call('ZADD', key('keyed', group), 'XX', format('%.0f', NEVER), line.key)
  end

  -- Tells nodes of what has entered a line, as many as may start something.
  local function tellOf(line)
    local sets = setsFor(line.type, line.version)
    if #sets == 0 then return Unserved.note(line.type, line.version) end
    local free = line.key == '' and math.huge or Slots.free('k' .. line.key)
    if free <= 0 and line.isOpened then return parkFull(line) end
    if isPaused(line.tier, line.type) then return end
    local starts = math.min(#line.back + #line.front, free)
    for _, name in ipairs(Slots.shared(line.tier, line.type)) do starts = math.min(starts, Slots.free(name)) end
    if starts > 0 then wakeSets(sets, starts, 'work') end
  end

  function flushLines()
    for _, name in ipairs(pushOrder) do
      local line = pushes[name]
      local front, back = 0, 0
      for i = 1, #line.back, 2000 do
        back = redis.call('RPUSH', key('line', name), unpack(line.back, i, math.min(i + 1999, #line.back)))
      end
      for i = 1, #line.front do front = redis.call('LPUSH', key('front', name), line.front[i]) end
      if line.key ~= '' then
        if back == #line.back or #line.front > 0 then openKeyed(line, #line.front > 0) end
      elseif back == #line.back or front == #line.front then
        openMember(line.tier, line.type, line.version, line.version)
      end
      countInLine(name, #line.back + #line.front)
    end
    Slots.settle()
    for _, name in ipairs(pushOrder) do tellOf(pushes[name]) end
    if #pushOrder > 0 then pushes, pushOrder = {}, {} end
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
  record[PRIORITY] = Flow.entering(record[PRIORITY])
  limitStart(id, record)
  push(id, record, front)
end
