--- @include "runs"
--- @include "plain"
-- Ending runs with the outcomes their workers decided. Arguments of each run that succeeded: id, token, output or ''; of each
-- other: id, '', token, outcome, a, b, c
--   succeeded: a output or '', b error of the event (JSON) or '', c input to continue with (JSON text) or ''
--   cancelled: a reason (JSON) or ''
--   retry, die, pause: a error (JSON), b delay in ms or '', c status of the run, and behind a line break its stack if it has one
--   repeated: b delay in ms        paused: a reason (JSON) or '', b delay in ms or '', c error of the run (JSON)
-- The answer is a letter per run: s settled, l lost, c settled and completed at its first attempt; then `\r*<n> <type>` for
-- each n of those in a row, then what else ended.
preload({ 'event', 'completedMs', 'sweepAt' })

local settleRuns
do
  local outcome = {}

  -- Most runs end here; what is not kept is not written.
  local function succeed(id, record, output, skipped, continueAsNew)
    record[ATTEMPT] = record[ATTEMPT] == '' and '1' or tostring(record[ATTEMPT] + 1)
    if retention(id, record, 'c') > 0 then
      open(record)
      record[ERRORS], record[ERROR], record[LAST_RUN], record[OUTPUT] = '', '', NOW, output
      if #output > BIG then
        redis.call('SET', key('o', id), output)
        record[OUT], record[OUTPUT] = '@', ''
      end
    end
    Days.succeeded(1)
    event('job.completed', id, record, record[ATTEMPT], skipped, true)
    record.skipped, record.continueAsNew = skipped, continueAsNew
    finish(id, record, 'c', 'succeeded', true)
  end

  -- Gives the status of the run.
  local function failed(id, record, err, told)
    local status, stack = match(told, '^([^\n]*)\n?(.*)$')
    record[ERROR] = err
    if stack ~= '' then
      redis.call('HSET', key('st', id), record[N], stack)
      Marks.set(id, record, 't')
    end
    countAttempt(record, true)
    event('job.failed', id, record, record[ATTEMPT], err, true)
    return status
  end

  function outcome.retry(id, record, err, delay, told)
    local status = failed(id, record, err, told)
    fileRun(id, record, status, record[ATTEMPT], err)
    retryAfter(id, record, tonumber(delay))
  end

  function outcome.die(id, record, err, _, told)
    killRun(id, record, failed(id, record, err, told))
  end

  function outcome.pause(id, record, err, delay, told)
    local status = failed(id, record, err, told)
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
    Days.succeeded(1)
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
      lift(id, record)
      succeed(id, record, a, b, c)
    else
      lift(id, record)
      outcome[kind](id, open(record), a, b, c)
    end
    return 's'
  end

  local completePlain, completeMember, finishPlain
  do
    local runs = Plain.runs
    -- Plain jobs that completed, by type: how many, their ids, what their events say of their runs, those of them whose start
    -- was not told yet, and what is kept of them.
    local groups, groupOf
    -- All of them, with the states they end in; and the type of each, by its place among the outcomes.
    local plainIds, plainStates, typeAt
    atStart(function()
      groups, groupOf, plainIds, plainStates, typeAt = {}, {}, {}, {}, {}
    end)

    local function plainGroup(taskType)
      local group = groupOf[taskType]
      if not group then
        group = { type = taskType, kept = 0, ids = {}, tails = {}, started = {}, startedTails = {}, ended = {}, own = {} }
        groupOf[taskType], groups[#groups + 1] = group, group
      end
      return group
    end

    -- Adds a job to its group, with what its events say.
    local function addPlain(place, id, letter, taskType, node)
      local group = plainGroup(taskType)
      local at = #group.ids + 1
      typeAt[place] = taskType
      if group.node ~= node then group.node, group.tail = node, '1\t' .. node .. '\t' .. taskType .. '\t1\t\t' end
      group.ids[at], group.tails[at], plainIds[#plainIds + 1] = id, group.tail, id
      if letter == 'a' then group.started[#group.started + 1], group.startedTails[#group.startedTails + 1] = id, group.tail end
      records[id] = false
      return group
    end

    -- `list` holds those of the set it is found in.
    local function keepPlain(group, list, id, stateKey, state)
      plainStates[#plainStates + 1] = stateKey
      plainStates[#plainStates + 1] = state
      list[#list + 1] = NOW
      list[#list + 1] = id
      group.kept = group.kept + 1
    end

    local function dropPlain(id, stateKey, segment)
      local gone = #deletions
      deletions[gone + 1], deletions[gone + 2] = BASE .. 'j:' .. id, stateKey
      segments[segment] = (segments[segment] or 0) - 1
    end

    -- Completes a plain job: the text of its state is matched, and the one after it written, as a whole. Answers `c` when it was
    -- plain and its lease held; `x`, and what was matched, when it may be so but for its extra.
    function completePlain(place, id, stateKey, text, token, output)
      local letter, held, taskType, segment, flags, node, slots, from = match(text, runs)
      if held ~= token or records[id] ~= nil or #output > BIG then return nil end
      if flags == 'x' then
        return flags, { letter = letter, type = taskType, segment = segment, node = node, slots = slots, from = from }
      end
      if slots ~= '' then Slots.complete(slots) end
      local group = addPlain(place, id, letter, taskType, node)
      if meta.completedMs > 0 then
        keepPlain(group, group.ended, id, stateKey, Plain.ended('C', taskType, segment, node, sub(text, from), output))
      else
        dropPlain(id, stateKey, segment)
      end
      return 'c'
    end

    -- Likewise a member to which nothing else was given, of whose state this was matched.
    function completeMember(place, id, stateKey, text, output, definition, run)
      local _, _, _, owner, task = Plain.memberOf(definition)
      if not owner or records[id] ~= nil then return false end
      if run.slots ~= '' then Slots.complete(run.slots) end
      local group = addPlain(place, id, run.letter, run.type, run.node)
      local state = Plain.ended('M', run.type, run.segment, run.node, sub(text, run.from), output)
      keepPlain(group, group.own, id, stateKey, state)
      Instance.push(owner, 'J', id .. '\nc\n' .. task .. '\n\n\n\n' .. output)
      return true
    end

    -- Type by type, so that the events of one type share a line however the types take turns; starts before ends.
    local function tellPlain(group)
      for i = 1, #group.started do addEvent('job.started', group.started[i], group.startedTails[i]) end
      for i = 1, #group.ids do addEvent('job.completed', group.ids[i], group.tails[i]) end
    end

    -- How many of one type ended in a row, as lines of the answer.
    local function rowLines(runs)
      local lines, taskType, jobs = {}, nil, 0
      for place = 1, runs + 1 do
        local own = typeAt[place]
        if jobs > 0 and own ~= taskType and (own or place > runs) then
          lines[#lines + 1] = '\r*' .. jobs .. ' ' .. taskType
          jobs = 0
        end
        if own then taskType, jobs = own, jobs + 1 end
      end
      return concat(lines)
    end

    -- `runs`: how many outcomes there were.
    function finishPlain(runs)
      callMany('ZREM', plainIds, LEASES)
      callMany('MSET', plainStates)
      Days.succeeded(#plainIds)
      for i = 1, #groups do
        local group = groups[i]
        tellPlain(group)
        count('running', group.type, -#group.ids)
        count('completed', group.type, group.kept)
        if #group.ended > 0 then sweepBy(now + meta.completedMs) end
        callMany('ZADD', group.ended, key('ended', 'completed:' .. group.type))
        callMany('ZADD', group.own, key('own', 'completed:' .. group.type))
      end
      return rowLines(runs)
    end
  end

  local function settleOther(id, text, i)
    local token = ARGV[i + 1]
    if token == '' then return settle(id, text, ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6]) end
    return settle(id, text, token, 'succeeded', ARGV[i + 2], '')
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

  -- The state of a job with an extra.
  local WITH_EXTRA = '^[^\n]*\n[^\n]*\n[^\n]*\n[^\n]*\n[^\n]*\n[^\n]*\nx'

  -- The definitions of jobs as they are stored, by id.
  local function definitionTextsOf(ids)
    local found = {}
    if #ids == 0 then return found end
    local texts = mget('j', ids)
    for i = 1, #ids do found[ids[i]] = texts[i] or nil end
    return found
  end

  -- Ends the runs whose arguments begin at `from`, and gives the answer.
  function settleRuns(from)
    local ids = readIds(from)
    local letters, i = {}, from
    local texts, keys = mget('s', ids)
    -- Places of those that are not plain and where their arguments begin; ids of those with an extra, and what was matched of these
    -- that may be members to which nothing else was given.
    local others, starts, extended, runOf, met = {}, {}, {}, {}, {}
    for place, id in ipairs(ids) do
      local text, token = texts[place], ARGV[i + 1]
      local last = token == '' and i + 7 or i + 3
      local isNew = token ~= '' and text and not met[id]
      local letter, run
      if isNew then letter, run = completePlain(place, id, keys[place], text, token, ARGV[i + 2]) end
      if letter == 'c' then
        letters[place] = 'c'
      else
        others[#others + 1], starts[#starts + 1], met[id] = place, i, true
        if letter or text and find(text, WITH_EXTRA) then extended[#extended + 1], runOf[id] = id, run end
      end
      i = last
    end
    local definitionTexts = definitionTextsOf(extended)
    for k, place in ipairs(others) do
      local id, text, at = ids[place], texts[place], starts[k]
      local definition, run = definitionTexts[id], runOf[id]
      if definition and run and completeMember(place, id, keys[place], text, ARGV[at + 2], definition, run) then
        letters[place] = 'c'
      else
        if definition and definitions[id] == nil then takeDefinition(id, definition) end
        letters[place] = settleOther(id, text, at)
      end
    end
    return concat(letters) .. finishPlain(#ids) .. endedText()
  end
end
