--- @include "runs"
-- Ending what nobody serves for as long as `unservedMs` allows.
do
  -- A hint stands for a job that has waited since then.
  local function since(id, record)
    return tonumber(record[AT] ~= '' and record[AT] or definitionOf(id)[CREATED])
  end

  local function die(id, record, err)
    zput(STARTS, id, nil)
    zput(RETRYING, id, nil)
    record[ERROR] = err
    event('job.dead', id, record, int(record, ATTEMPT), err)
    finish(id, record, 'x', '')
  end

  -- Ends what has waited too long at the head of a list. Says how many hints it looked at.
  local function sweepList(name, list, from, err, limit)
    local seen = 0
    while seen < limit do
      local hint = redis.call('LINDEX', list, 0)
      if not hint then return seen end
      local id, entry = readHint(hint)
      loadOpen({ id })
      local record = records[id]
      if stands(record, entry) then
        local dueAt = math.max(from, since(id, record)) + Flow.now().unservedMs
        if dueAt > now then
          Unserved.lookAt(dueAt)
          return seen
        end
        countInLine(name, -1)
        die(id, record, err)
      else
        countStale(name, -1)
      end
      redis.call('LPOP', list)
      seen = seen + 1
    end
    Unserved.lookAt(now)
    return seen
  end

  local function errorOf(number, version)
    local text = 'no handler registered for task type: ' .. sub(redis.call('HGET', NUMBERS, number), 2)
    if version ~= '' then text = text .. ' in version ' .. sub(redis.call('HGET', NUMBERS, version), 2) end
    return cjson.encode(text)
  end

  -- Says how many hints it looked at.
  local function sweepLine(name, from, err, limit)
    local seen = sweepList(name, key('front', name), from, err, limit)
    return seen + sweepList(name, key('line', name), from, err, limit - seen)
  end

  -- Lines by key that have become empty go, so that others stand in front the next time.
  local function sweepGroup(group, from, err, limit)
    local seen, names = sweepLine(group, from, err, limit), redis.call('ZRANGE', key('keyed', group), 0, limit)
    for _, concurrencyKey in ipairs(names) do
      if seen >= limit then break end
      local name = group .. ':' .. concurrencyKey
      seen = seen + sweepLine(name, from, err, limit - seen)
      Lines.head(name)
    end
    if seen >= limit then Unserved.lookAt(now) end
    return seen
  end

  -- Says how many hints it looked at.
  function Unserved.sweep(limit)
    if meta.unservedAt == 0 or meta.unservedAt > now then return 0 end
    setMeta('unservedAt', 0)
    if not Flow.now().unservedMs then return 0 end
    local seen, waiting, flat = 0, Unserved.waiting(), redis.call('HGETALL', UNSERVED)
    for i = 1, #flat, 2 do
      local number, version = match(flat[i], '^(%d+):(.*)$')
      for _, tier in ipairs(waiting[flat[i]] and waiting[flat[i]].tiers or NO_EXTRA) do
        local group = tier .. ':' .. number .. ':' .. version
        seen = seen + sweepGroup(group, tonumber(flat[i + 1]), errorOf(number, version), math.max(0, limit - seen))
      end
    end
    return seen
  end
end
