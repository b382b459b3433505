#!lua flags=allow-oom
-- Ends runs with the outcomes their workers decided.
-- KEYS: the fixed keys
-- ARGV: the call, then for each run that succeeded: id, token, output or ''; for each other: id, '', token, outcome, a, b, c
--   succeeded (skipped): a output or '', b error of the event (JSON)    cancelled: a reason (JSON) or ''
--   retry, die, pause: a error (JSON), b delay in ms or '', c status of the run
--   repeated: b delay in ms        paused: a reason (JSON) or '', b delay in ms or '', c error of the run (JSON)
-- Returns { 'ok', answer, wakes }; the answer is a letter per run: s settled, l lost, c settled and completed at its
-- first attempt; then `\r*<n> <type>` for each n of those in a row, then what else ended
--- @include "runs"
--- @include "plain"
--- @include "commit"
preload({ 'event', 'completedMs', 'sweepAt' })

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
  -- Plain jobs that completed: those of one type in a row, their ids, what their events say of their runs, and the states
  -- they end in.
  local plainGroups, plainIds, plainTails, plainStates
  -- Those of them whose start was not told yet.
  local started, startedTails
  atStart(function()
    plainGroups, plainIds, plainTails, plainStates = {}, {}, {}, {}
    started, startedTails = {}, {}
  end)

  local function plainGroup(taskType)
    local group = plainGroups[#plainGroups]
    if not group or group.type ~= taskType then
      group = { type = taskType, jobs = 0, ended = {} }
      plainGroups[#plainGroups + 1] = group
    end
    group.jobs = group.jobs + 1
    return group
  end

  -- Completes a plain job: the text of its state is matched, and the one after it written, as a whole. Says whether it was
  -- plain and its lease held; then its letter is `c`.
  function completePlain(id, stateKey, text, token, output)
    local letter, held, taskType, segment, node, from = match(text, PLAIN_RUN)
    if held ~= token or records[id] ~= nil or #output > BIG then return false end
    local group, at = plainGroup(taskType), #plainIds + 1
    if group.node ~= node then group.node, group.tail = node, '1\t' .. node .. '\t' .. taskType .. '\t1\t\t' end
    plainIds[at], plainTails[at] = id, group.tail
    if letter == 'a' then started[#started + 1], startedTails[#startedTails + 1] = id, group.tail end
    if meta.completedMs > 0 then
      plainStates[#plainStates + 1] = stateKey
      plainStates[#plainStates + 1] = plainEnd(taskType, segment, node, sub(text, from), output)
      group.ended[#group.ended + 1] = NOW
      group.ended[#group.ended + 1] = id
    else
      local gone = #deletions
      deletions[gone + 1], deletions[gone + 2] = BASE .. 'j:' .. id, stateKey
      segments[segment] = (segments[segment] or 0) - 1
    end
    records[id] = false
    return true
  end

  -- Starts are told before ends, those of one type together.
  local function tellPlain()
    for i = 1, #started do addEvent('job.started', started[i], startedTails[i]) end
    for i = 1, #plainIds do addEvent('job.completed', plainIds[i], plainTails[i]) end
  end

  function finishPlain()
    local lines, kept = {}, #plainStates > 0
    tellPlain()
    callMany('ZREM', plainIds, LEASES)
    callMany('MSET', plainStates)
    if kept then sweepBy(now + meta.completedMs) end
    for i, group in ipairs(plainGroups) do
      count('running', group.type, -group.jobs)
      if kept then count('completed', group.type, group.jobs) end
      callMany('ZADD', group.ended, key('ended', 'completed:' .. group.type))
      lines[i] = '\r*' .. group.jobs .. ' ' .. group.type
    end
    return concat(lines)
  end
end

-- Ids stand where a run begins: a success takes three arguments, everything else seven.
local function readIds()
  local ids, i = {}, 6
  while ARGV[i] do
    ids[#ids + 1] = ARGV[i]
    i = i + (ARGV[i + 1] == '' and 7 or 3)
  end
  return ids
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local ids = readIds()
  local letters, i = {}, 6
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
  return commit(concat(letters) .. finishPlain() .. endedText())
end
