#!lua flags=allow-oom
-- Ends runs with the outcomes their workers decided.
-- KEYS: the fixed keys
-- ARGV: the call, then for each run: id, token, outcome, a, b, c
--   succeeded: a output or '', b error of the event (JSON) or ''    cancelled: a reason (JSON) or ''
--   retry, die, pause: a error (JSON), b delay in ms or '', c status of the run
--   repeated: b delay in ms        paused: a reason (JSON) or '', b delay in ms or '', c error of the run (JSON)
-- Returns { 'ok', answer, wakes }; the answer is a letter per run: s settled, l lost; then what ended
--- @include "runs"
--- @include "commit"
local state, answer = answered()
if state then return { state, answer, '' } end

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

local function settle(id, token, kind, a, b, c)
  local record = records[id]
  if not record or record[TOKEN] ~= token then return 'l' end
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

local ids = {}
for i = 6, #ARGV, 6 do ids[#ids + 1] = ARGV[i] end
load(ids)
local outcomes = {}
for i = 6, #ARGV, 6 do
  outcomes[#outcomes + 1] = settle(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5])
end
return commit(endedAnswer(concat(outcomes)))
