--- @include "ending"
--- @include "days"
-- What ends a run, whoever says so.

local function lift(id, record)
  zput(LEASES, id, nil)
  Slots.lift(record[HOLDS])
  record[HOLDS] = ''
end

local function forgetBeat(id, record)
  if record[BEAT] == '' then return end
  redis.call('DEL', key('b', id))
  record[BEAT] = ''
end

-- Puts the present run among the finished ones of its firing; the newest 100 are kept.
-- Fields: n, status, attempt, node, started, finished, error, last heartbeat, progress.
local function fileRun(id, record, status, attempt, err, finished)
  local beat, progress = record[BEAT], ''
  if beat ~= '' then
    progress = redis.call('GET', key('b', id)) or ''
    forgetBeat(id, record)
  end
  local kept = redis.call('RPUSH', key('r', id), concat({
    record[N], status, attempt, record[NODE], record[STARTED], finished or NOW, err or '', beat, progress,
  }, '\t'))
  Filed.add(id, record, record[N], finished or NOW)
  if kept > 100 then Filed.drop(id, record, redis.call('LPOP', key('r', id))) end
end

-- The last run is one its own node told the end of.
local function countAttempt(record, failed, unheard)
  record[ATTEMPT] = tostring(int(record, ATTEMPT) + 1)
  if not unheard then record[LAST_RUN] = NOW end
  if not failed then return end
  record[ERRORS] = tostring(int(record, ERRORS) + 1)
  Days.failed(1)
end

-- A run claimed ahead that never started leaves no record and no attempt; one whose worker `reported` its end has
-- started, whether or not that was told before.
local function cancelRun(id, record, reported)
  local started = reported or record[ST] == 'l'
  lift(id, record)
  if record[CANCEL] == '' then record[CANCEL] = '"cancelled"' end
  if started then countAttempt(record, false) end
  event('job.cancelled', id, record, int(record, ATTEMPT), record[CANCEL], true)
  if not started then forgetBeat(id, record) end
  finish(id, record, 'k', started and 'cancelled' or '', true)
end

local function killRun(id, record, status)
  event('job.dead', id, record, record[ATTEMPT], record[ERROR], true)
  finish(id, record, 'x', status, true)
end

-- Becomes due after `delay`; nothing to wait for means the front of its line.
local function retryAfter(id, record, delay)
  record[TOKEN] = ''
  event('job.retrying', id, record, record[ATTEMPT], nil, true)
  if delay <= 0 then
    setStatus(id, record, 'q')
    zput(RETRYING, id, now)
    enterLine(id, record, true)
    event('job.dispatched', id, record, record[ATTEMPT], nil, true)
    return
  end
  setStatus(id, record, 'r')
  record[AT] = format('%.0f', now + delay)
  record[UPDATED] = NOW
  zput(RETRY_DUE, id, now + delay)
  zput(RETRYING, id, now + delay)
  noteDue(now + delay)
end

local function pause(id, record, resumeAfter)
  record[TOKEN] = ''
  setStatus(id, record, 'p')
  record[AT] = NOW
  local resumeAt = resumeAfter and now + resumeAfter or nil
  record[SINCE] = resumeAt and format('%.0f', resumeAt) or ''
  zput(PAUSED, id, resumeAt or NEVER)
  if resumeAt then noteDue(resumeAt) end
end

local function resume(id, record)
  zput(PAUSED, id, nil)
  record[ATTEMPT], record[ERRORS], record[SINCE] = '', '', ''
  event('job.resumed', id, record, 0)
  local runAt = tonumber(definitionOf(id)[RUN_AT]) or 0
  if runAt > now then
    setStatus(id, record, 'd')
    record[AT], record[UPDATED] = format('%.0f', runAt), NOW
    zput(SCHEDULED, id, runAt)
    noteDue(runAt)
  else
    setStatus(id, record, 'w')
    enterLine(id, record, false)
    event('job.dispatched', id, record, 0)
  end
end

local function handBack(id, record)
  if record[CANCEL] ~= '' then return cancelRun(id, record) end
  lift(id, record)
  if record[ST] == 'l' then
    fileRun(id, record, 'cancelled', int(record, ATTEMPT) + 1, '"handed back"')
  else
    forgetBeat(id, record)
  end
  record[TOKEN] = ''
  setStatus(id, record, 'w')
  enterLine(id, record, true)
end
