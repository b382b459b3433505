--- @include "record"
-- Who may run at once. A slot is named `k<key>`, `t<type>` or `r<tier>`; which ones a lease holds stands in `holds`, so that a slot
-- belongs to its lease and goes with it, however it ends. `concurrency` has per slot, separated by tabs: leases that hold it, firings
-- with the key that have not ended, recurring jobs with it, the limit jobs have stated, and the lines parked there (one a line):
-- `=<line>` for a line alone of its tier, type and version, else `<tier>:<type>:<version>`, and the lines stand in
-- `parked:<tier>:<type>:<version>:<slot>`.
do
  -- slot -> what is known of it; those that are to be written; those that may have room for others.
  local entries, unwritten, looked
  -- slot -> what changes
  local changes
  -- Leases that have ended; those of them that completed as a whole, without a move of their state; holds to be written.
  local lifted, completed, held
  atStart(function()
    entries, unwritten, looked, changes = {}, {}, emptied(looked), emptied(changes)
    lifted, completed, held = emptied(lifted), {}, {}
  end)

  local ENTRY = '^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$'
  local function parse(text)
    if not text then return { running = 0, open = 0, lasting = 0, limit = '', parked = {} } end
    local running, open, lasting, limit, items = match(text, ENTRY)
    local entry = {
      running = tonumber(running) or 0, open = tonumber(open) or 0, lasting = tonumber(lasting) or 0, limit = limit, parked = {},
    }
    for item in gmatch(items, '[^\n]+') do entry.parked[#entry.parked + 1] = item end
    return entry
  end

  -- Knows these slots from here on.
  function Slots.load(names)
    local wanted = {}
    for _, name in ipairs(names) do
      if entries[name] == nil then
        entries[name] = false
        wanted[#wanted + 1] = name
      end
    end
    for i = 1, #wanted, 2000 do
      local texts = redis.call('HMGET', CONCURRENCY, unpack(wanted, i, math.min(i + 1999, #wanted)))
      for k = 1, #texts do entries[wanted[i + k - 1]] = parse(texts[k]) end
    end
  end

  local function entryOf(name)
    if entries[name] == nil then Slots.load({ name }) end
    return entries[name]
  end

  -- Most leases that may hold a slot; an operator's word wins over that of jobs.
  local function limitOf(name, entry)
    local kind, rest, flow = sub(name, 1, 1), sub(name, 2), Flow.now()
    if kind == 'k' then
      local setting = flow.keys[rest]
      return setting and setting.maxRunning or tonumber(entry.limit) or 1
    end
    local setting = kind == 't' and flow.types[rest] or kind == 'r' and flow.byName[rest]
    return setting and setting.maxRunning or math.huge
  end

  function Slots.free(name)
    local entry = entryOf(name)
    return limitOf(name, entry) - entry.running
  end

  function Slots.running(name) return entryOf(name).running end

  -- How a concurrency key is used: its limit, if anything is known of it, and how many hold it and wait for it.
  function Slots.usage(name)
    local entry, setting = entryOf(name), Flow.now().keys[sub(name, 2)]
    local isKnown = entry.open > 0 or entry.running > 0 or entry.lasting > 0 or setting and setting.maxRunning
    return { limit = isKnown and limitOf(name, entry) or nil, running = entry.running, waiting = entry.open - entry.running }
  end

  -- Takes a slot of each of these, or gives them back.
  function Slots.take(names, by)
    for _, name in ipairs(names) do
      local entry = entryOf(name)
      entry.running = entry.running + by
      unwritten[name] = true
    end
  end

  -- A lease holds these slots.
  function Slots.hold(id, names)
    held[#held + 1] = id
    held[#held + 1] = concat(names, '\n')
  end

  local function change(name, field, by)
    local each = changes[name]
    if not each then
      each = {}
      changes[name] = each
    end
    each[field] = (each[field] or 0) + by
  end

  -- There may be room for others at this slot.
  function Slots.look(name) looked[name] = true end

  -- A lease has ended.
  function Slots.lift(id)
    if meta.holds > 0 then lifted[#lifted + 1] = id end
  end

  -- A firing has completed in the form of lib/plain.lua.
  function Slots.complete(id) completed[id] = true end

  local ENDED = { c = true, x = true, k = true }
  local function countOpen(id, record, by)
    local field = Schedule.isOf(record) and 'lasting' or 'open'
    for i, name in ipairs(keysOf(id, record)) do
      change('k' .. name, field, by)
      -- What is retried states its limit again where none is known any more.
      if by > 0 then changes['k' .. name].stated = extraOf(id, record).concurrencyKeys[i].maxConcurrency end
    end
  end

  -- A firing with keys has gone from one state to another, or a new one (from no state) into its first.
  function Slots.moved(id, record, from, to)
    local was, is = from ~= '' and not ENDED[from], not ENDED[to]
    if was ~= is then countOpen(id, record, is and 1 or -1) end
  end

  -- A firing is gone.
  function Slots.gone(id, record)
    if not ENDED[record[ST]] then countOpen(id, record, -1) end
  end

  -- Notes new jobs with these keys, and the limits they state.
  function Slots.created(keys, isRecurring)
    for _, each in ipairs(keys) do
      change('k' .. each.key, isRecurring and 'lasting' or 'open', 1)
      if each.maxConcurrency then changes['k' .. each.key].limit = each.maxConcurrency end
    end
  end

  -- Frees what the leases held that have ended.
  local function release()
    local ids = lifted
    lifted = {}
    local gone = {}
    for i = 1, #ids, 2000 do
      local texts = redis.call('HMGET', HOLDS, unpack(ids, i, math.min(i + 1999, #ids)))
      for k = 1, #texts do
        local id = ids[i + k - 1]
        if texts[k] then
          gone[#gone + 1] = id
          for name in gmatch(texts[k], '[^\n]+') do
            change(name, 'running', -1)
            if completed[id] and sub(name, 1, 1) == 'k' then change(name, 'open', -1) end
          end
        end
      end
    end
    if #gone == 0 then return end
    callMany('HDEL', gone, HOLDS)
    setMeta('holds', math.max(0, meta.holds - #gone))
  end

  -- What waits for a type or tier stands in its lines all the same: whoever sleeps is told that there is room.
  local function tellOfRoom(name, slots)
    if sub(name, 1, 1) == 't' then Lines.wakeType(sub(name, 2), slots) else Lines.wakeTier(sub(name, 2), slots) end
  end

  local function apply(name, by)
    local entry = entryOf(name)
    local limit = by.limit or entry.limit == '' and by.stated
    if limit then entry.limit = format('%.0f', limit) end
    local isFull = sub(name, 1, 1) ~= 'k' and entry.running >= limitOf(name, entry)
    entry.running = math.max(0, entry.running + (by.running or 0))
    entry.open = math.max(0, entry.open + (by.open or 0))
    entry.lasting = math.max(0, entry.lasting + (by.lasting or 0))
    unwritten[name], looked[name] = true, true
    if isFull and entry.running < limitOf(name, entry) then tellOfRoom(name, -by.running) end
  end

  local function groupOf(line) return (match(line, '^[^:]*:[^:]*:[^:]*')) end

  -- A line waits for a free slot.
  function Slots.park(line, name)
    local entry, group = entryOf(name), groupOf(line)
    unwritten[name] = true
    local set = key('parked', group .. ':' .. name)
    for i, item in ipairs(entry.parked) do
      if item == group then
        redis.call('ZADD', set, 'NX', nextTurn(), line)
        return
      elseif item == '=' .. line then
        return
      elseif sub(item, 1, 1) == '=' and groupOf(sub(item, 2)) == group then
        redis.call('ZADD', set, nextTurn(), sub(item, 2))
        redis.call('ZADD', set, nextTurn(), line)
        entry.parked[i] = group
        return
      end
    end
    entry.parked[#entry.parked + 1] = '=' .. line
  end

  -- Whether a job would use a slot that is free now.
  local function canUse(name, names)
    local wants = false
    for _, each in ipairs(names) do
      local slot = 'k' .. each
      if slot == name then wants = true elseif Slots.free(slot) <= 0 then return false end
    end
    return wants
  end

  -- Opens the longest parked lines of a tier, type and version, as many as find room. Gives what is left, if anything.
  local function openParked(group, name, room)
    local set = key('parked', group .. ':' .. name)
    while room > 0 do
      local popped = redis.call('ZPOPMIN', set, 1)[1]
      if not popped then return nil end
      -- Whoever stands at its head now may have no use for the slot.
      local id, record = Lines.head(popped)
      if id then Lines.reopen(popped) end
      if id and canUse(name, keysOf(id, record)) then room = room - 1 end
    end
    return redis.call('EXISTS', set) == 1 and group or nil
  end

  -- Lines that are parked here go on, if there is room. Where nobody is left who has the key, they hold nothing but old hints.
  local function openLines(name, entry)
    local isOver = entry.open == 0 and entry.running == 0
    local room = isOver and math.huge or limitOf(name, entry) - entry.running
    if #entry.parked == 0 or room <= 0 then return end
    local left = {}
    for _, item in ipairs(entry.parked) do
      if sub(item, 1, 1) == '=' then Lines.reopen(sub(item, 2)) else left[#left + 1] = openParked(item, name, room) end
    end
    entry.parked, unwritten[name] = left, true
  end

  -- Works out what follows from what has ended, come and gone so far: slots are free, lines that waited for them are open again.
  function Slots.settle()
    if #lifted > 0 then release() end
    if next(changes) == nil and next(looked) == nil then return end
    local names = {}
    for name in pairs(changes) do names[#names + 1] = name end
    for name in pairs(looked) do names[#names + 1] = name end
    Slots.load(names)
    local by = changes
    changes = {}
    for name, each in pairs(by) do apply(name, each) end
    local seen = looked
    looked = {}
    for name in pairs(seen) do
      if sub(name, 1, 1) == 'k' then openLines(name, entries[name]) end
    end
    Lines.flushOpened()
  end

  local function textOf(entry)
    if entry.running == 0 and entry.open == 0 and entry.lasting == 0 and #entry.parked == 0 then return nil end
    return concat({
      format('%.0f', entry.running), format('%.0f', entry.open), format('%.0f', entry.lasting), entry.limit,
      concat(entry.parked, '\n'),
    }, '\t')
  end

  -- Writes what has changed.
  function Slots.flush()
    Slots.settle()
    if #held > 0 then
      callMany('HSET', held, HOLDS)
      setMeta('holds', meta.holds + #held / 2)
      held = {}
    end
    if next(unwritten) == nil then return end
    local sets, gone = {}, {}
    for name in pairs(unwritten) do
      local text = textOf(entries[name])
      if text then
        sets[#sets + 1] = name
        sets[#sets + 1] = text
      else
        gone[#gone + 1] = name
      end
    end
    unwritten = {}
    callMany('HSET', sets, CONCURRENCY)
    callMany('HDEL', gone, CONCURRENCY)
  end

  -- Counts anew who holds slots of types and tiers: the settings limit others now.
  function Slots.recount()
    local flow, ids = Flow.now(), {}
    for _, id in ipairs(redis.call('ZRANGE', LEASES, 0, -1)) do
      if sub(id, 1, 1) ~= '-' then ids[#ids + 1] = id end
    end
    for _, name in ipairs(redis.call('HKEYS', CONCURRENCY)) do
      if sub(name, 1, 1) ~= 'k' then
        entryOf(name).running = 0
        unwritten[name] = true
      end
    end
    redis.call('DEL', HOLDS)
    setMeta('holds', 0)
    loadOpen(ids)
    for _, id in ipairs(ids) do
      local record = records[id]
      local names = record and Slots.namesOf(id, record) or {}
      if #names > 0 then Slots.hold(id, names) end
      for _, name in ipairs(names) do
        if sub(name, 1, 1) ~= 'k' then Slots.take({ name }, 1) end
      end
    end
  end

  -- The slots a lease of a firing takes.
  function Slots.namesOf(id, record)
    local names = Slots.shared(Flow.tierOf(record[PRIORITY]), record[TYPE])
    for _, each in ipairs(keysOf(id, record)) do names[#names + 1] = 'k' .. each end
    return names
  end

  -- Those of its tier and type.
  function Slots.shared(tier, number)
    local flow, names = Flow.now(), {}
    if flow.types[number] and flow.types[number].maxRunning then names[#names + 1] = 't' .. number end
    if flow.byName[tier] and flow.byName[tier].maxRunning then names[#names + 1] = 'r' .. tier end
    return names
  end
end
