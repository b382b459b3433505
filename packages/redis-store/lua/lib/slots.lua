--- @include "record"
-- Who may run at once. A slot is named `k<key>`, `t<type>` or `r<tier>`; which ones a lease holds stands in its state (HOLDS, joined by
-- tabs), so that a slot belongs to its lease and goes with it, however it ends. `concurrency` has per slot, separated by tabs: leases that
-- hold it, firings with the key that have not ended, recurring jobs with it, the limit jobs have stated, and the lines parked there, one
-- a line. A line alone of its group (tier, type and version) is `=<line>`, or `=<group>` when this is the slot of its own key, as
-- mostly; of more lines there is `<group>`, and they stand in `parked:<group>:<slot>`. `+<group>`: that of its own key has its turn as if
-- it were open; somebody is told when the slot is free.
--- @fields S_RUNNING S_OPEN S_REST S_MOST
do
  -- slot -> what is known of it: leases, firings, the other fields as one text, and how many may hold it, once that was asked for; those
  -- that are to be written; those that may have room for others.
  local entries, unwritten, looked
  -- These texts, which many slots share, taken apart.
  local rests
  -- The slots of each lease that has ended; and of those whose firing completed as a whole, without a move of its state.
  local lifted, completed
  -- slot -> how many firings, and recurring jobs, with the key have come (less those that are gone); the limit new jobs state; that of
  -- a retried one, which holds where none is known any more.
  local opened, lasted, stated, restated
  atStart(function()
    entries, unwritten, looked, rests = emptied(entries), emptied(unwritten), emptied(looked), emptied(rests)
    lifted, completed = emptied(lifted), emptied(completed)
    opened, lasted, stated, restated = emptied(opened), emptied(lasted), emptied(stated), emptied(restated)
  end)

  local ENTRY, NOTHING = '^([^\t]*)\t([^\t]*)\t(.*)$', '0\t\t'

  -- What the other fields of a slot say: `own` and `next` are the group of a line of its own key, if that alone is parked there, or has
  -- its turn.
  local function restOf(entry)
    local rest = rests[entry[S_REST]]
    if not rest then
      local lasting, limit, parked = match(entry[S_REST], ENTRY)
      rest = {
        lasting = tonumber(lasting), limit = limit, parked = parked, beforeParked = lasting .. '\t' .. limit .. '\t',
        own = match(parked, '^=([^:]*:[^:]*:[^:\n]*)$'), next = match(parked, '^%+([^\n]*)$'),
      }
      rests[entry[S_REST]] = rest
    end
    return rest
  end

  local function setParked(entry, parked) entry[S_REST] = restOf(entry).beforeParked .. parked end

  -- Knows these slots from here on.
  function Slots.load(names)
    local wanted = {}
    for i = 1, #names do
      local name = names[i]
      if entries[name] == nil then
        entries[name] = false
        wanted[#wanted + 1] = name
      end
    end
    for i = 1, #wanted, 2000 do
      local texts = redis.call('HMGET', CONCURRENCY, unpack(wanted, i, math.min(i + 1999, #wanted)))
      for k = 1, #texts do entries[wanted[i + k - 1]] = texts[k] and { match(texts[k], ENTRY) } or { 0, 0, NOTHING } end
    end
  end

  local function entryOf(name)
    if entries[name] == nil then Slots.load({ name }) end
    return entries[name]
  end

  local function isOfKey(name) return sub(name, 1, 1) == 'k' end

  -- An operator's word wins over that of jobs.
  local function findLimit(name, entry)
    local flow, kind, rest = Flow.now(), sub(name, 1, 1), sub(name, 2)
    if kind == 'k' then
      local setting = flow.keys[rest]
      return setting and setting.maxRunning or tonumber(restOf(entry).limit) or 1
    end
    local setting = kind == 't' and flow.types[rest] or flow.byName[rest]
    return setting and setting.maxRunning or math.huge
  end

  -- Most leases that may hold a slot.
  local function limitOf(name, entry)
    local most = entry[S_MOST]
    if not most then
      most = findLimit(name, entry)
      entry[S_MOST] = most
    end
    return most
  end

  local function setLimit(entry, limit)
    local rest = restOf(entry)
    entry[S_REST], entry[S_MOST] = rest.lasting .. '\t' .. format('%.0f', limit) .. '\t' .. rest.parked, nil
  end

  function Slots.free(name)
    local entry = entries[name] or entryOf(name)
    return limitOf(name, entry) - entry[S_RUNNING]
  end

  function Slots.running(name) return tonumber(entryOf(name)[S_RUNNING]) end

  -- How a concurrency key is used: its limit, if anything is known of it, and how many hold it and wait for it.
  function Slots.usage(name)
    local entry, setting = entryOf(name), Flow.now().keys[sub(name, 2)]
    local running, open, lasting = tonumber(entry[S_RUNNING]), tonumber(entry[S_OPEN]), restOf(entry).lasting
    local isKnown = open > 0 or running > 0 or lasting > 0 or setting and setting.maxRunning
    return { limit = isKnown and limitOf(name, entry) or nil, running = running, waiting = open - running }
  end

  -- Takes so many of a slot, or gives them back.
  function Slots.take(name, by)
    local entry = entryOf(name)
    entry[S_RUNNING] = entry[S_RUNNING] + by
    unwritten[name] = true
  end

  -- There may be room for others at this slot.
  function Slots.look(name) looked[name] = true end

  -- A lease has ended that held these slots.
  function Slots.lift(slots)
    if slots ~= '' then lifted[#lifted + 1] = slots end
  end

  -- The same of one whose firing has completed in the form of lib/plain.lua.
  function Slots.complete(slots)
    lifted[#lifted + 1], completed[#completed + 1] = slots, slots
  end

  -- The single slots of what leases have held; mostly each has held one.
  local function namesIn(texts)
    if not find(concat(texts), '\t', 1, true) then return texts end
    local names = {}
    for name in gmatch(concat(texts, '\t'), '[^\t]+') do names[#names + 1] = name end
    return names
  end

  local function add(sums, name, by) sums[name] = (sums[name] or 0) + by end

  local ENDED = { c = true, x = true, k = true }
  local function countOpen(id, record, by)
    local sums = Schedule.isOf(record) and lasted or opened
    for i, name in ipairs(keysOf(id, record)) do
      add(sums, 'k' .. name, by)
      if by > 0 then restated['k' .. name] = extraOf(id, record).concurrencyKeys[i].maxConcurrency end
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
      local name = 'k' .. each.key
      add(isRecurring and lasted or opened, name, 1)
      if each.maxConcurrency then stated[name] = each.maxConcurrency end
    end
  end

  -- What waits for a type or tier stands in its lines all the same: whoever sleeps is told that there is room.
  local function tellOfRoom(name, slots)
    if sub(name, 1, 1) == 't' then Lines.wakeType(sub(name, 2), slots) else Lines.wakeTier(sub(name, 2), slots) end
  end

  local function change(name, field, by)
    local entry = entries[name]
    entry[field] = math.max(0, entry[field] + by)
    unwritten[name] = true
  end

  -- Frees slots that leases have held, one each time.
  local function free(names)
    local given = {}
    for i = 1, #names do
      if isOfKey(names[i]) then change(names[i], S_RUNNING, -1) else add(given, names[i], 1) end
    end
    for name, slots in pairs(given) do
      local wasFull = Slots.free(name) <= 0
      change(name, S_RUNNING, -slots)
      if wasFull and Slots.free(name) > 0 then tellOfRoom(name, slots) end
    end
  end

  -- Firings have ended that had these keys.
  local function close(names)
    for i = 1, #names do
      if isOfKey(names[i]) then change(names[i], S_OPEN, -1) end
    end
  end

  -- Counts what has come and gone.
  local function countKeys()
    for name, limit in pairs(restated) do
      if restOf(entries[name]).limit == '' then setLimit(entries[name], limit) end
    end
    for name, limit in pairs(stated) do setLimit(entries[name], limit) end
    for name, by in pairs(opened) do change(name, S_OPEN, by) end
    for name, by in pairs(lasted) do
      local rest = restOf(entries[name])
      entries[name][S_REST] = math.max(0, rest.lasting + by) .. '\t' .. rest.limit .. '\t' .. rest.parked
      unwritten[name] = true
    end
    opened, lasted, stated, restated = emptied(opened), emptied(lasted), emptied(stated), emptied(restated)
  end

  -- Group and key of the line that stands alone at a slot; nothing for those that stand in a set.
  local function aloneIn(item, name)
    local group, rest = match(item, '^=([^:]*:[^:]*:[^:]*)(.*)$')
    if group then return group, rest == '' and sub(name, 2) or sub(rest, 2) end
  end

  -- What is parked at a slot when a line comes to stand there beside others.
  local function parkBeside(parked, group, concurrencyKey, name, alone)
    local set, items, isIn = key('parked', group .. ':' .. name), {}, false
    for item in gmatch(parked, '[^\n]+') do
      local otherGroup, other = aloneIn(item, name)
      if item == group then
        redis.call('ZADD', set, 'NX', nextTurn(), concurrencyKey)
        return parked
      elseif item == alone then
        return parked
      elseif item == '+' .. group and sub(name, 2) == concurrencyKey then
        item, isIn = alone, true
      elseif otherGroup == group then
        redis.call('ZADD', set, nextTurn(), other)
        redis.call('ZADD', set, nextTurn(), concurrencyKey)
        item, isIn = group, true
      end
      items[#items + 1] = item
    end
    if not isIn then items[#items + 1] = alone end
    return concat(items, '\n')
  end

  -- The line of this group and key waits for a free slot.
  function Slots.park(group, concurrencyKey, name)
    local entry = entryOf(name)
    local parked, alone = restOf(entry).parked, '=' .. group
    if sub(name, 2) ~= concurrencyKey then alone = alone .. ':' .. concurrencyKey end
    if parked ~= '' and parked ~= alone and parked ~= '+' .. group then alone = parkBeside(parked, group, concurrencyKey, name, alone) end
    setParked(entry, alone)
    unwritten[name] = true
  end

  -- The line of this group and the slot's own key has its turn although the slot is full, for whoever claims has enough. Nothing but
  -- that may wait there, else it is to be parked.
  function Slots.next(group, name)
    local entry = entryOf(name)
    local parked = restOf(entry).parked
    if parked ~= '' and parked ~= '+' .. group then return false end
    setParked(entry, '+' .. group)
    unwritten[name] = true
    return true
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
      local id, record = Lines.head(group .. ':' .. popped)
      if id then Lines.reopen(group, popped) end
      if id and canUse(name, keysOf(id, record)) then room = room - 1 end
    end
    return redis.call('EXISTS', set) == 1 and group or nil
  end

  -- Whether lines are parked at a slot that has room.
  function Slots.isLeft(name)
    local entry = entryOf(name)
    return limitOf(name, entry) - entry[S_RUNNING] > 0 and restOf(entry).parked ~= ''
  end

  -- Lines that are parked here go on, if there is room. Where nobody is left who has the key, they hold nothing but old hints.
  local function openLines(name)
    local entry = entries[name]
    local rest = restOf(entry)
    if rest.parked == '' then return end
    local room = limitOf(name, entry) - entry[S_RUNNING]
    if room <= 0 then return end
    unwritten[name] = true
    if rest.own then Lines.reopen(rest.own, sub(name, 2)) end
    if rest.next then Lines.tellOfTurn(rest.next) end
    if rest.own or rest.next then return setParked(entry, '') end
    if entry[S_RUNNING] + entry[S_OPEN] == 0 then room = math.huge end
    local left = {}
    for item in gmatch(rest.parked, '[^\n]+') do
      local group, concurrencyKey = aloneIn(item, name)
      if sub(item, 1, 1) == '+' then
        Lines.tellOfTurn(sub(item, 2))
      elseif group then
        Lines.reopen(group, concurrencyKey)
      else
        left[#left + 1] = openParked(item, name, room)
      end
    end
    setParked(entry, concat(left, '\n'))
  end

  -- These slots and all others that anything was noted of, each once.
  local function distinct(freed)
    local names, met = {}, {}
    for i = 1, #freed do
      local name = freed[i]
      if not met[name] then names[#names + 1], met[name] = name, true end
    end
    for _, noted in ipairs({ opened, lasted, looked }) do
      for name in pairs(noted) do
        if not met[name] then names[#names + 1], met[name] = name, true end
      end
    end
    return names
  end

  -- Works out what follows from what has ended, come and gone so far: slots are free, lines that waited for them are open again.
  function Slots.settle()
    local freed = namesIn(lifted)
    local names = distinct(freed)
    if #names == 0 then return end
    Slots.load(names)
    free(freed)
    close(namesIn(completed))
    countKeys()
    lifted, completed, looked = emptied(lifted), emptied(completed), emptied(looked)
    for i = 1, #names do
      if isOfKey(names[i]) then openLines(names[i]) end
    end
    Lines.flushOpened()
  end

  -- Writes what has changed.
  function Slots.flush()
    Slots.settle()
    if next(unwritten) == nil then return end
    local sets, gone = {}, {}
    for name in pairs(unwritten) do
      local entry = entries[name]
      if entry[S_RUNNING] + entry[S_OPEN] == 0 and restOf(entry).parked == '' and restOf(entry).lasting == 0 then
        gone[#gone + 1] = name
      else
        sets[#sets + 1] = name
        sets[#sets + 1] = concat(entry, '\t', S_RUNNING, S_REST)
      end
    end
    unwritten = {}
    callMany('HSET', sets, CONCURRENCY)
    callMany('HDEL', gone, CONCURRENCY)
  end

  -- Counts anew who holds slots of types and tiers: the settings limit others now.
  function Slots.recount()
    local ids = {}
    for _, id in ipairs(redis.call('ZRANGE', LEASES, 0, -1)) do
      if sub(id, 1, 1) ~= '-' then ids[#ids + 1] = id end
    end
    for _, name in ipairs(redis.call('HKEYS', CONCURRENCY)) do
      if not isOfKey(name) then
        entryOf(name)[S_RUNNING] = 0
        unwritten[name] = true
      end
    end
    loadOpen(ids)
    for _, id in ipairs(ids) do
      local record = records[id]
      local names = record and Slots.namesOf(id, record) or NO_EXTRA
      local holds = concat(names, '\t')
      if record and record[HOLDS] ~= holds then record[HOLDS], dirty[id] = holds, record end
      for _, name in ipairs(names) do
        if not isOfKey(name) then Slots.take(name, 1) end
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
