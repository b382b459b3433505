--- @include "runs"
--- @include "plain"
-- Ending runs with the outcomes their workers decided. Arguments of each run that succeeded: id, token, output or ''; of each
-- other: id, '', token, outcome, a, b, c
--   succeeded (skipped): a output or '', b error of the event (JSON)    cancelled: a reason (JSON) or ''
--   retry, die, pause: a error (JSON), b delay in ms or '', c status of the run
--   repeated: b delay in ms        paused: a reason (JSON) or '', b delay in ms or '', c error of the run (JSON)
-- The answer is a letter per run: s settled, l lost, c settled and completed at its first attempt; then `\r*<n> <type>` for
-- each n of those in a row, then what else ended.
preload({ 'event', 'completedMs', 'sweepAt' })

local settleRuns
do
  local outcome = {}

  -- Most runs end here; what is not kept is not written.
  local function succeed(id, record, output, skipped)
    record[ATTEMPT] = record[ATTEMPT] == '' and '1' or tostring(record[ATTEMPT] + 1)
    if retention(id, record, 'c') > 0 then
      open(record)
      record[ERRORS], record[ERROR], record[LAST_RUN], record[OUTPUT] = '', '', NOW, output
      if #output > BIG then
        redis.call('SET', key('o', id), output)
        record[OUT], record[OUTPUT] = '@', ''
      end
    end
    event('job.completed', id, record, record[ATTEMPT], skipped, true)
    finish(id, record, 'c', 'succeeded', true)
  end

  local function failed(id, record, err)
    record[ERROR] = err
    countAttempt(record, true)
    event('job.failed', id, record, record[ATTEMPT], err, true)
  end

  function outcome.retry(id, record, err, delay, status)
    failed(id, record, err)
    fileRun(id, record, status, record[ATTEMPT], err)
    retryAfter(id, record, tonumber(delay))
  end

  function outcome.die(id, record, err, _, status)
    failed(id, record, err)
    killRun(id, record, status)
  end

  function outcome.pause(id, record, err, delay, status)
    failed(id, record, err)
    fileRun(id, record, status, record[ATTEMPT], err)
    event('job.paused', id, record, record[ATTEMPT], err, true)
    pause(id, record, tonumber(delay))
  end

  function outcome.paused(id, record, reason, delay, err)
    fileRun(id, record, 'failed', int(record, ATTEMPT) + 1, err)
    if reason ~= '' then record[ERROR] = reason end
    record[LAST_RUN] = NOW
    event('job.paused', id, record, int(record, ATTEMPT), err, true)
    pause(id, record, tonumber(delay))
  end

  function outcome.repeated(id, record, _, delay)
    fileRun(id, record, 'succeeded', int(record, ATTEMPT) + 1)
    record[TOKEN], record[LAST_RUN] = '', NOW
    local at = now + tonumber(delay)
    if at > now then
      setStatus(id, record, 'd')
      record[AT], record[UPDATED] = format('%.0f', at), NOW
      zput(SCHEDULED, id, at)
      noteDue(at)
      event('job.scheduled', id, record, int(record, ATTEMPT), nil, true)
    else
      setStatus(id, record, 'w')
      enterLine(id, record, false)
      event('job.dispatched', id, record, int(record, ATTEMPT), nil, true)
    end
  end

  -- Ends a run by its outcome, field by field. Says whether the lease was held.
  local function settle(id, text, token, kind, a, b, c)
    if records[id] == nil then records[id] = text and readState(text) end
    local record = records[id]
    if not isHeld(record, token) then return 'l' end
    if record[ST] == 'a' then event('job.started', id, record, int(record, ATTEMPT) + 1, nil, true) end
    if kind == 'cancelled' and record[CANCEL] == '' then record[CANCEL] = a end
    if record[CANCEL] ~= '' then
      cancelRun(id, open(record), true)
    elseif kind == 'succeeded' then
      lift(id)
      succeed(id, record, a, b)
    else
      lift(id)
      outcome[kind](id, open(record), a, b, c)
    end
    return 's'
  end

  local completePlain, finishPlain
  do
    -- Plain jobs that completed, by type: how many, their ids, what their events say of their runs, those of them whose start
    -- was not told yet, and what is kept of them.
    local groups, groupOf
    -- All of them, with the states they end in; and how many of one type ended in a row.
    local plainIds, plainStates, rows
    atStart(function()
      groups, groupOf, plainIds, plainStates, rows = {}, {}, {}, {}, {}
    end)

    local function plainGroup(taskType)
      local group = groupOf[taskType]
      if not group then
        group = { type = taskType, ids = {}, tails = {}, started = {}, startedTails = {}, ended = {} }
        groupOf[taskType], groups[#groups + 1] = group, group
      end
      local row = rows[#rows]
      if row and row.type == taskType then row.jobs = row.jobs + 1 else rows[#rows + 1] = { type = taskType, jobs = 1 } end
      return group
    end

    local function keepPlain(group, id, stateKey, state)
      plainStates[#plainStates + 1] = stateKey
      plainStates[#plainStates + 1] = state
      group.ended[#group.ended + 1] = NOW
      group.ended[#group.ended + 1] = id
    end

    local function dropPlain(id, stateKey, segment)
      local gone = #deletions
      deletions[gone + 1], deletions[gone + 2] = BASE .. 'j:' .. id, stateKey
      segments[segment] = (segments[segment] or 0) - 1
    end

    -- Completes a plain job: the text of its state is matched, and the one after it written, as a whole. Says whether it was
    -- plain and its lease held; then its letter is `c`.
    function completePlain(id, stateKey, text, token, output)
      local letter, held, taskType, segment, node, from = match(text, PLAIN_RUN)
      if held ~= token or records[id] ~= nil or #output > BIG then return false end
      local group = plainGroup(taskType)
      local at = #group.ids + 1
      if group.node ~= node then group.node, group.tail = node, '1\t' .. node .. '\t' .. taskType .. '\t1\t\t' end
      group.ids[at], group.tails[at], plainIds[#plainIds + 1] = id, group.tail, id
      if letter == 'a' then group.started[#group.started + 1], group.startedTails[#group.startedTails + 1] = id, group.tail end
      if meta.completedMs > 0 then
        keepPlain(group, id, stateKey, plainEnd(taskType, segment, node, sub(text, from), output))
      else
        dropPlain(id, stateKey, segment)
      end
      records[id] = false
      return true
    end

    -- Type by type, so that the events of one type share a line however the types take turns; starts before ends.
    local function tellPlain(group)
      for i = 1, #group.started do addEvent('job.started', group.started[i], group.startedTails[i]) end
      for i = 1, #group.ids do addEvent('job.completed', group.ids[i], group.tails[i]) end
    end

    function finishPlain()
      local lines, kept = {}, #plainStates > 0
      callMany('ZREM', plainIds, LEASES)
      callMany('MSET', plainStates)
      if kept then sweepBy(now + meta.completedMs) end
      for i = 1, #groups do
        local group = groups[i]
        tellPlain(group)
        count('running', group.type, -#group.ids)
        if kept then count('completed', group.type, #group.ids) end
        callMany('ZADD', group.ended, key('ended', 'completed:' .. group.type))
      end
      for i = 1, #rows do lines[i] = '\r*' .. rows[i].jobs .. ' ' .. rows[i].type end
      return concat(lines)
    end
  end

  -- Ids stand where a run begins: a success takes three arguments, everything else seven.
  local function readIds(from)
    local ids, i = {}, from
    while ARGV[i] do
      ids[#ids + 1] = ARGV[i]
      i = i + (ARGV[i + 1] == '' and 7 or 3)
    end
    return ids
  end

  -- Ends the runs whose arguments begin at `from`, and gives the answer.
  function settleRuns(from)
    local ids = readIds(from)
    local letters, i = {}, from
    local texts, keys = mget('s', ids)
    for place, id in ipairs(ids) do
      local text, token, output = texts[place], ARGV[i + 1], ARGV[i + 2]
      if token == '' then
        letters[place] = settle(id, text, ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6])
        i = i + 7
      else
        letters[place] = text and completePlain(id, keys[place], text, token, output) and 'c'
          or settle(id, text, token, 'succeeded', output, '')
        i = i + 3
      end
    end
    return concat(letters) .. finishPlain() .. endedText()
  end
end
