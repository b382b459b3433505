#!lua flags=allow-oom
-- Carries out orders about jobs, each atomically, in order.
-- KEYS: the fixed keys
-- ARGV: the call, then for each order: verb, id, argument (reason as JSON, or payload)
-- Returns { 'ok', answer, wakes }; the answer is per order `done`, `unknown`, `refused:<status>` or `held:<id>`,
-- joined by commas, then what ended
--- @include "runs"
--- @include "commit"
-- Takes a firing that is not leased out of wherever time would find it; its id stays in its line as a hint.
local function withdraw(id, record)
  leaveLine(record)
  zput(SCHEDULED, id, nil)
  zput(RETRY_DUE, id, nil)
  zput(RETRYING, id, nil)
  zput(PAUSED, id, nil)
  if extraOf(id, record).scheduleToStartTimeoutMs then zput(STARTS, id, nil) end
end

local verbs = {}

local function reasonOf(argument) return argument ~= '' and argument or '"cancelled"' end

function verbs.cancel(id, record, argument)
  local reason = reasonOf(argument)
  record[CANCEL] = reason
  withdraw(id, record)
  event('job.cancelled', id, record, int(record, ATTEMPT), reason)
  finish(id, record, 'k', '')
end

local function cancelRunning(id, record, argument)
  if record[CANCEL] ~= '' then return end
  record[CANCEL], record[UPDATED] = reasonOf(argument), NOW
  dirty[id] = record
  local node = redis.call('HGET', NUMBERS, record[NODE])
  if node then tell(sub(node, 2), 'cancel\t' .. id .. '\t' .. record[TOKEN] .. '\t' .. argument) end
end

function verbs.retry(id, record)
  local extra = extraOf(id, record)
  if extra.uniqueKey then
    local holder = redis.call('GET', key('u', extra.uniqueKey))
    if holder and holder ~= id then return 'held:' .. holder end
    redis.call('SET', key('u', extra.uniqueKey), id)
  end
  zput(endedSet(id, record), id, nil)
  if extra.retainMs then zput(REMOVALS, id, nil) end
  if record[RUN] ~= '' then
    local err = record[ST] == 'k' and record[CANCEL] or record[ERROR]
    fileRun(id, record, record[RUN], int(record, ATTEMPT), err, record[AT])
  end
  if record[OUT] == '@' then redis.call('DEL', key('o', id)) end
  record[ATTEMPT], record[ERRORS], record[ERROR], record[CANCEL] = '', '', '', ''
  record[RUN], record[OUT], record[OUTPUT] = '', '', ''
  setStatus(id, record, 'w')
  event('job.retrying', id, record, 0)
  enterLine(id, record, true)
  event('job.dispatched', id, record, 0)
end

function verbs.pause(id, record)
  withdraw(id, record)
  pause(id, record, nil)
  event('job.paused', id, record, int(record, ATTEMPT))
end

function verbs.resume(id, record) resume(id, record) end

function verbs.delete(id, record) removeListed(id, record) end

function verbs.updatePayload(id, record, payload)
  local definition = definitionOf(id)
  if definition[SIZE] == '@' then redis.call('DEL', key('y', id)) end
  definition[SIZE] = ''
  if #payload > BIG then
    redis.call('SET', key('y', id), payload)
    definition[SIZE], payload = '@', ''
  end
  redis.call('SET', key('j', id), concat(definition, '\n') .. '\n' .. payload)
  record[FLAGS], record[UPDATED] = flagsOf(definition), NOW
  dirty[id] = record
end

local UNLEASED = { w = true, d = true, r = true, q = true, p = true }
local ALLOWED = {
  cancel = UNLEASED,
  retry = { x = true, k = true },
  pause = { w = true, d = true, r = true, q = true },
  resume = { p = true },
  delete = { c = true, x = true, k = true },
  updatePayload = UNLEASED,
}

local function obey(verb, id, argument)
  loadOpen({ id })
  local record = records[id]
  if not record then return 'unknown' end
  local letter = record[ST]
  if verb == 'cancel' and CLASS[letter] == 'running' then
    cancelRunning(id, record, argument)
  elseif ALLOWED[verb][letter] then
    return verbs[verb](id, record, argument) or 'done'
  else
    return 'refused:' .. CLASS[letter]
  end
  return 'done'
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local outcomes = {}
  for i = 6, #ARGV, 3 do outcomes[#outcomes + 1] = obey(ARGV[i], ARGV[i + 1], ARGV[i + 2]) end
  return commit(concat(outcomes, ',') .. endedText())
end
