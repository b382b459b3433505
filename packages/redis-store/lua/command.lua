#!lua flags=allow-oom
-- Carries out orders about jobs, each atomically, in order.
-- KEYS: the fixed keys
-- ARGV: the call, then for each order: verb, id, argument (reason as JSON, payload, or version), who gave it (JSON) or ''
-- Returns { 'ok', answer, wakes }; the answer is per order `done`, `unknown`, `refused:<status>`, `held:<id>`
-- or `owned:<instance>`, joined by commas, then what ended
--- @include "cancel"
--- @include "commit"
--- @include "acts"
--- @include "purging"
--- @include "reassign"
local verbs = {}

function verbs.cancel(id, record, argument) cancelFiring(id, record, argument) end

function verbs.retry(id, record)
  local extra = extraOf(id, record)
  if extra.uniqueKey then
    local holder = redis.call('GET', key('u', extra.uniqueKey))
    if holder and holder ~= id then return 'held:' .. holder end
    redis.call('SET', key('u', extra.uniqueKey), id)
  end
  leaveEnded(id, record)
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
  definition.text = concat(definition, '\n', 1, 8) .. '\n' .. payload
  redis.call('SET', key('j', id), definition.text)
  local big = sub(record[FLAGS], -1) == 'b' and 1 or 0
  record[FLAGS] = sub(record[FLAGS], 1, -1 - big) .. (definition[SIZE] == '@' and 'b' or '')
  record[UPDATED] = NOW
  dirty[id] = record
end

function verbs.purge(id, record) purge(id, record) end

function verbs.reassignVersion(id, record, version) reassignVersion(id, record, version) end

local UNLEASED = { w = true, d = true, r = true, q = true, p = true, h = true }
local ALLOWED = {
  cancel = { w = true, d = true, r = true, q = true, p = true, h = true, a = true, l = true },
  retry = { x = true, k = true },
  pause = { w = true, d = true, r = true, q = true, h = true },
  resume = { p = true },
  delete = { c = true, x = true, k = true },
  updatePayload = UNLEASED,
  purge = { c = true, x = true, k = true },
  reassignVersion = UNLEASED,
}

-- Orders to recurring jobs.
local recurring = {}

function recurring.cancel(schedule, record, argument)
  if schedule.over == 'k' then return end
  record[CANCEL] = argument ~= '' and argument or '"cancelled"'
  Schedule.raise(schedule)
  Schedule.finish(schedule, record, 'k')
  cancelFirings(schedule, 'open', argument)
end

-- A span of pausing is `<from>-<to>`; the one that goes on has no end. MAX_PAUSED_SPANS of the port.
local MOST_SPANS = 100
function recurring.pause(schedule, record)
  local spans = {}
  for span in gmatch(Schedule.text(schedule, 'spans'), '[^,]+') do spans[#spans + 1] = span end
  if #spans == MOST_SPANS then
    spans[#spans] = match(spans[#spans], '^%d+%-')
  else
    spans[#spans + 1] = NOW .. '-'
  end
  Schedule.set(schedule, 'spans', concat(spans, ','))
  Schedule.set(schedule, 'paused', NOW)
  Schedule.raise(schedule)
  Schedule.place(schedule)
  Schedule.touch(schedule)
  event('job.paused', schedule.job, record, Schedule.attempt(schedule))
end

function recurring.resume(schedule, record)
  Schedule.set(schedule, 'spans', Schedule.text(schedule, 'spans') .. NOW)
  Schedule.set(schedule, 'paused', '')
  Schedule.raise(schedule)
  Schedule.place(schedule)
  Schedule.touch(schedule)
  event('job.resumed', schedule.job, record, Schedule.attempt(schedule))
  local ids = Schedule.firings(schedule, 'open')
  loadOpen(ids)
  for _, id in ipairs(ids) do
    if records[id] and records[id][ST] == 'p' then resume(id, records[id]) end
  end
end

function recurring.delete(schedule, record) removeListed(schedule.job, record) end

function recurring.updatePayload(schedule, record, payload) verbs.updatePayload(schedule.job, record, payload) end

function recurring.purge(schedule, record) purge(schedule.job, record) end

function recurring.reassignVersion(schedule, record, version)
  reassignDefinition(schedule.job, record, version)
  Schedule.touch(schedule)
  local ids = Schedule.firings(schedule, 'open')
  loadOpen(ids)
  loadDefinitions(ids)
  for _, id in ipairs(ids) do
    if records[id] and UNLEASED[records[id][ST]] then reassignVersion(id, records[id], version) end
  end
end

-- Whether an order is carried out at a recurring job in this state.
local function isAllowed(verb, schedule, letter)
  local ended = RETAIN[letter] ~= nil
  if verb == 'delete' or verb == 'purge' then return ended end
  if verb == 'pause' then return not ended and letter ~= 'P' and schedule.over == '' end
  if verb == 'resume' then return letter == 'P' end
  return not ended and recurring[verb] ~= nil
end

local function obeyJob(verb, id, record, argument)
  local schedule = Schedule.of(id)
  if not isAllowed(verb, schedule, record[ST]) then return 'refused:' .. CLASS[record[ST]] end
  recurring[verb](schedule, record, argument)
  Schedule.settle()
  return 'done'
end

-- Whether an order to a firing is refused although its own state allows it.
local function isForbidden(verb, id)
  if #id == JOB_ID then return false end
  return verb == 'updatePayload' or verb == 'retry' and RETAIN[records[sub(id, 1, JOB_ID)][ST]] ~= nil
end

-- Orders to a member that its instance alone may give.
local OWNERS_ONLY = { retry = true, delete = true, purge = true, updatePayload = true }

local function obey(verb, id, argument)
  local ids = #id > JOB_ID and { id, sub(id, 1, JOB_ID) } or { id }
  loadOpen(ids)
  local record = records[id]
  if not record or not records[sub(id, 1, JOB_ID)] then return 'unknown' end
  if Schedule.isOf(record) then return obeyJob(verb, id, record, argument) end
  local owner = extraOf(id, record).owner
  if owner and not Instance.of(owner) then return 'unknown' end
  if owner and OWNERS_ONLY[verb] then return 'owned:' .. owner end
  if not ALLOWED[verb][record[ST]] or isForbidden(verb, id) then return 'refused:' .. CLASS[record[ST]] end
  local outcome = verbs[verb](id, record, argument) or 'done'
  Schedule.settle()
  return outcome
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local outcomes = {}
  for i = 6, #ARGV, 4 do
    local verb, id, by = ARGV[i], ARGV[i + 1], ARGV[i + 3]
    local outcome = obey(verb, id, ARGV[i + 2])
    outcomes[#outcomes + 1] = outcome
    -- A job that went with the order takes its trail along.
    if by ~= '' and outcome == 'done' and records[id] then Acts.note(id, records[id], verb, by) end
  end
  purgeAnswers()
  return commit(concat(outcomes, ',') .. endedText())
end
