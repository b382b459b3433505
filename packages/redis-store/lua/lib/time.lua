--- @include "runs"
--- @include "plain"
--- @include "node-events"
--- @include "groups"
-- What time alone moves. Each part moves at most `limit` and says how many it moved.

local function due(name, limit)
  return redis.call('ZRANGEBYSCORE', name, '-inf', NOW, 'LIMIT', 0, limit)
end

local function each(name, limit, act)
  local ids = due(name, limit)
  if #ids == 0 then return 0 end
  loadOpen(ids)
  for _, id in ipairs(ids) do
    local record = records[id]
    if record then act(id, record) else zput(name, id, nil) end
  end
  return #ids
end

-- `node.crash_detected` once per start of an announced node.
local function reportCrash(node, runs)
  if not SINGLE then
    wakes[#wakes + 1] = concat({ 'crash', node, concat(runs, ',') }, '\t')
    return
  end
  local text = redis.call('HGET', NODES, node)
  if not text or sub(text, 1, 1) == '!' then return end
  redis.call('HSET', NODES, node, '!' .. text)
  nodeEvent('node.crash_detected', node, concat(runs, ','))
end

local moveTime
do
  local function startKnown(id, record)
    zput(SCHEDULED, id, nil)
    setStatus(id, record, 'w')
    enterLine(id, record, false)
    event('job.dispatched', id, record, int(record, ATTEMPT))
  end

  -- Where a plain job goes by priority, type and version; and what its event says.
  local function destination(known, given, taskType, version)
    local name = given .. ':' .. taskType .. ':' .. version
    if not known[name] then
      local priority = Flow.entering(given)
      local record = { [PRIORITY] = priority, [TYPE] = taskType, [VERSION] = version, [FLAGS] = '' }
      known[name] = { line = lineFor('', record), priority = priority, tail = '\t\t' .. taskType .. '\t0\t\t' }
    end
    return known[name]
  end

  -- Jobs whose time has come. Those that are plain and have no state yet get one that is written as a whole.
  local function startScheduled(limit)
    local ids = due(SCHEDULED, limit)
    if #ids == 0 then return 0 end
    local sets, started, others, known = {}, {}, {}, {}
    local states, keys = mget('s', ids)
    local definitionTexts = mget('j', ids)
    for i, id in ipairs(ids) do
      local priority, segment, taskType, version
      if not states[i] and definitionTexts[i] then
        priority, segment, taskType, version = match(definitionTexts[i], Plain.timed)
      end
      if priority then
        local to = destination(known, priority, taskType, version)
        sets[#sets + 1] = keys[i]
        sets[#sets + 1] = Plain.waiting(taskType, segment, version, to.priority)
        started[#started + 1] = id
        to.line.back[#to.line.back + 1] = id .. '/1'
        addEvent('job.dispatched', id, to.tail)
        count('scheduled', taskType, -1)
        count('pending', taskType, 1)
      else
        others[#others + 1] = id
      end
    end
    callMany('MSET', sets)
    callMany('ZREM', started, SCHEDULED)
    loadOpen(others)
    for _, id in ipairs(others) do
      if records[id] then startKnown(id, records[id]) else zput(SCHEDULED, id, nil) end
    end
    return #ids
  end

  local function startRetry(id, record)
    zput(RETRY_DUE, id, nil)
    setStatus(id, record, 'q')
    enterLine(id, record, true)
    event('job.dispatched', id, record, int(record, ATTEMPT))
  end

  local LATE = '"dureq: schedule-to-start timeout exceeded"'
  local function giveUpStart(id, record)
    leaveLine(id, record)
    zput(STARTS, id, nil)
    zput(RETRYING, id, nil)
    record[ERROR] = LATE
    event('job.schedule_to_start_timeout', id, record, int(record, ATTEMPT), LATE)
    event('job.dead', id, record, int(record, ATTEMPT), LATE)
    finish(id, record, 'x', '')
  end

  -- node number -> runs taken from it in this step
  local lost
  atStart(function() lost = emptied(lost) end)

  local function reclaim(id, record)
    Days.reclaimed(1)
    if record[CANCEL] ~= '' then return cancelRun(id, record) end
    lift(id, record)
    if record[ST] == 'a' then
      record[TOKEN] = ''
      forgetBeat(id, record)
      setStatus(id, record, 'w')
      enterLine(id, record, true)
      event('job.auto_recovered', id, record, int(record, ATTEMPT), nil, true)
      return
    end
    local node = sub(redis.call('HGET', NUMBERS, record[NODE]) or 'n?', 2)
    lost[node] = lost[node] or {}
    lost[node][#lost[node] + 1] = id .. '-' .. record[N]
    record[ERROR] = cjson.encode('node ' .. node .. ' crashed or became unresponsive')
    countAttempt(record, true, true)
    event('job.failed', id, record, record[ATTEMPT], record[ERROR], true)
    if int(record, ATTEMPT) >= int(record, MAX) then return killRun(id, record, 'failed') end
    fileRun(id, record, 'failed', record[ATTEMPT], record[ERROR])
    event('job.auto_recovered', id, record, record[ATTEMPT], nil, true)
    record[TOKEN] = ''
    setStatus(id, record, 'q')
    zput(RETRYING, id, now)
    enterLine(id, record, true)
  end

  -- Timers of instances become messages.
  local function fireTimers(limit)
    local rows, ids = redis.call('ZRANGEBYSCORE', TIMERS, '-inf', NOW, 'WITHSCORES', 'LIMIT', 0, limit), {}
    for i = 1, #rows, 2 do ids[#ids + 1] = match(rows[i], '^[^\t]*') end
    Instance.load(ids)
    for i = 1, #rows, 2 do
      local id, name = match(rows[i], '^([^\t]*)\t(.*)$')
      zput(TIMERS, rows[i], nil)
      if name == '' then
        if Instance.of(id) then Instance.cut(id, Instance.of(id)) end
      elseif Instance.of(id) then
        redis.call('SREM', key('tm', id), name)
        Instance.push(id, 'M', '{"kind":"timerDue","name":' .. cjson.encode(name) .. ',"dueAt":'
          .. format('%.0f', rows[i + 1]) .. '}')
      end
    end
    return #ids
  end

  function moveTime(limit)
    local moved = startScheduled(limit)
    moved = moved + each(RETRY_DUE, limit, startRetry)
    moved = moved + each(PAUSED, limit, resume)
    moved = moved + each(STARTS, limit, giveUpStart)
    moved = moved + each(LEASES, limit, reclaim)
    moved = moved + fireTimers(limit)
    for node, runs in pairs(lost) do reportCrash(node, runs) end
    return moved
  end
end

-- When time alone will next move something; looked up once what was collected is written.
local function nextDue()
  local first = nil
  for _, name in ipairs({ SCHEDULED, RETRY_DUE, PAUSED, STARTS, LEASES, TIMERS, LEFTOVERS, NODE_TTL }) do
    local head = redis.call('ZRANGE', name, 0, 0, 'WITHSCORES')
    local at = tonumber(head[2])
    if at and at < NEVER and (not first or at < first) then first = at end
  end
  if meta.unservedAt > 0 and (not first or meta.unservedAt < first) then first = meta.unservedAt end
  return first or 0
end
