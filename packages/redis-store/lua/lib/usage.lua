--- @include "lines"
-- What operators are shown of lines, slots and rates. Only reads.
local Usage = {}
do
  -- Lines looked at for the longest waiting job, of each group and of all together, and hints of each.
  local MOST_LINES, MOST_OF_ALL, MOST_HINTS = 100, 5000, 10
  local looked
  atStart(function() looked = 0 end)

  -- Since when the first of a list waits that still stands there.
  local function headTime(list)
    local hints, ids, entries = redis.call('LRANGE', list, 0, MOST_HINTS - 1), {}, {}
    for i, hint in ipairs(hints) do ids[i], entries[i] = readHint(hint) end
    if #ids == 0 then return nil end
    loadOpen(ids)
    for i, id in ipairs(ids) do
      if stands(records[id], entries[i]) then
        return tonumber(records[id][AT] ~= '' and records[id][AT] or definitionOf(id)[CREATED])
      end
    end
  end

  local function earlier(a, b)
    if not a or not b then return a or b end
    return math.min(a, b)
  end

  local function oldestOf(group)
    local names, last = { group }, math.min(MOST_LINES, MOST_OF_ALL - looked) - 2
    for _, name in ipairs(last >= 0 and redis.call('ZRANGE', key('keyed', group), 0, last) or NO_EXTRA) do
      names[#names + 1] = group .. ':' .. name
    end
    looked = looked + #names
    local oldest
    for _, name in ipairs(names) do
      oldest = earlier(oldest, earlier(headTime(key('front', name)), headTime(key('line', name))))
    end
    return oldest
  end

  -- What stands in the lines of each tier, type and version.
  function Usage.lines()
    local lines, flat = {}, redis.call('HGETALL', COUNTS)
    for i = 1, #flat, 2 do
      local group = match(flat[i], '^line:(.*)$')
      if group then
        local tier, number, version = Lines.parts(group)
        lines[#lines + 1] = {
          tier = tier, type = number, version = version, waiting = tonumber(flat[i + 1]), oldest = oldestOf(group),
        }
      end
    end
    return lines
  end

  function Usage.add(usages, name, line)
    local usage = usages[name] or { waiting = 0 }
    usage.waiting, usage.oldest = usage.waiting + line.waiting, earlier(usage.oldest, line.oldest)
    usages[name] = usage
  end

  local OPEN = { pending = true, scheduled = true, retrying = true, running = true, paused = true }

  -- Types with jobs that have not ended, and how many of them run.
  function Usage.addCounts(types)
    local flat = redis.call('HGETALL', COUNTS)
    for i = 1, #flat, 2 do
      local status, number = match(flat[i], '^(%a+):(%d+)$')
      if OPEN[status] then
        types[number] = types[number] or { waiting = 0 }
        if status == 'running' then types[number].running = tonumber(flat[i + 1]) end
      end
    end
  end

  -- How the rate limit of a name stands, if it has one.
  function Usage.rate(name, setting)
    if not setting or not setting.rate then return nil end
    local available = math.max(0, Buckets.room(name))
    return { available = available, till = available < 1 and Buckets.startsAt(name) or nil }
  end

  function Usage.addLimits(usage, name, setting)
    if setting.maxRunning then usage.running = Slots.running(name) end
    usage.rate = Usage.rate(name, setting)
  end

  function Usage.unserved(lines)
    local found, waiting = {}, {}
    for _, line in ipairs(lines) do
      local name = line.type .. ':' .. line.version
      waiting[name] = (waiting[name] or 0) + line.waiting
    end
    local flat = redis.call('HGETALL', UNSERVED)
    for i = 1, #flat, 2 do
      local jobs = waiting[flat[i]] or 0
      if jobs > 0 then found[flat[i]] = { waiting = jobs, since = tonumber(flat[i + 1]) } end
    end
    return found
  end

  -- Leases looked at for those that hold a slot.
  local LEASES_AT_ONCE, MOST_LEASES = 500, 10000

  -- Those of some leases that hold a slot.
  local function addHolders(found, ids, slot)
    loadOpen(ids)
    for _, id in ipairs(ids) do
      local record = records[id]
      if record and find('\t' .. record[HOLDS] .. '\t', '\t' .. slot .. '\t', 1, true) then found[#found + 1] = id end
    end
  end

  -- The leases that hold a slot, by when they were claimed. Leases stand by expiry, so these are looked for among all of them.
  local function holdersOf(slot)
    local ids, running = {}, Slots.running(slot)
    for from = 0, MOST_LEASES - 1, LEASES_AT_ONCE do
      if #ids >= running then break end
      local some = redis.call('ZRANGE', LEASES, from, from + LEASES_AT_ONCE - 1)
      if #some == 0 then break end
      addHolders(ids, some, slot)
    end
    table.sort(ids, function(a, b)
      local x, y = records[a] and int(records[a], AT) or 0, records[b] and int(records[b], AT) or 0
      if x ~= y then return x < y end
      return a < b
    end)
    return ids
  end

  -- Everything that is known of a concurrency key.
  function Usage.key(name, most)
    local slot, holders = 'k' .. name, {}
    local setting, ids = Flow.now().keys[name], holdersOf('k' .. name)
    for i = 1, math.min(most, #ids) do
      local record = records[ids[i]]
      if record then holders[#holders + 1] = { id = ids[i], n = record[N], node = record[NODE] } end
    end
    local usage = Slots.usage(slot)
    usage.holders = #holders > 0 and holders or nil
    usage.rate = Usage.rate(slot, setting)
    usage.throttledUntil = Buckets.throttled(name)
    return usage
  end
end
