#!lua
-- Stores new jobs, each wholly or not at all.
-- KEYS: the fixed keys
-- ARGV: the call (lib/call.lua), then for jobs in a row that differ in nothing else: spec, how many, and id and payload of each.
--       A spec is type, version, priority, delay, run at and extra, each on a line; the run at of a recurring job is `*`, and seven
--       lines follow: extra of its firings (lib/fire.lua), schedule (JSON), anchor, next firing, when it is due, overlap
--       policy, most held
-- Returns { 'ok', answer, wakes }; the answer is the time they were stored and what was not created:
-- `<time>[,<index>r<id>|,<index>d<id>]...`, r for one that was stored before, d for a duplicate of that job
--- @include "commit"
--- @include "leftovers"
local REQUEST_MS = 24 * 3600 * 1000
preload({ 'created', 'event', 'served', 'turn' })

-- specs: text -> spec; requests: request ids taken by earlier jobs of this call; known: ids that exist.
local specs, requests, known
-- Ids created, in order; the strings to be stored; what was not created; number of the next job.
local created, texts, exceptions, number

atStart(function()
  specs, requests, known = {}, {}, {}
  created, texts, exceptions = {}, {}, {}
end)

-- A spec is the state of its jobs, what their definitions have in common, and where they go.
local function specOf(text)
  local spec = specs[text]
  if spec then return spec end
  local name, version, priority, delay, runAt, extra =
    match(text, '^([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n(.*)$')
  local recurrence
  if runAt == Schedule.RECURS then extra, recurrence = match(extra, '^([^\n]*)\n(.*)$') end
  local at = delay ~= '' and now + tonumber(delay) or tonumber(runAt)
  local taskType, runAtText = nameNumber('t' .. name), at and format('%.0f', at) or recurrence and Schedule.RECURS or ''
  local versionNumber = version ~= '' and nameNumber('v' .. version) or ''
  spec = freshState({ NOW, '', priority, '', extra, taskType, versionNumber, runAtText })
  spec.at, spec.recurrence = at, recurrence
  spec.extra = extra ~= '' and cjson.decode(extra) or NO_EXTRA
  spec.beforeSegment = '\n' .. priority .. '\n'
  spec.afterSegment = '\n' .. extra .. '\n' .. taskType .. '\n' .. versionNumber .. '\n' .. runAtText .. '\n'
  spec.event = spec[ST] ~= 'w' and 'job.scheduled' or 'job.enqueued'
  spec.tail = '\t\t' .. taskType .. '\t0\t\t'
  specs[text] = spec
  return spec
end

-- The definition up to the payload; `size` is `@` when that has a key of its own.
local function headOf(spec, segment, size)
  return NOW .. '\n' .. size .. spec.beforeSegment .. segment .. spec.afterSegment
end

local function existing(extra)
  if extra.requestId then
    if requests[extra.requestId] then return 'r' .. requests[extra.requestId] end
    local expires = redis.call('ZSCORE', REQUESTS, extra.requestId)
    local id = expires and tonumber(expires) > now and redis.call('GET', key('q', extra.requestId))
    if id then return 'r' .. id end
  end
  local holder = extra.uniqueKey and redis.call('GET', key('u', extra.uniqueKey))
  return holder and 'd' .. holder
end

local function takeKeys(id, extra)
  if extra.uniqueKey then redis.call('SET', key('u', extra.uniqueKey), id) end
  if extra.requestId then
    redis.call('SET', key('q', extra.requestId), id)
    requests[extra.requestId] = id
    zput(REQUESTS, extra.requestId, now + REQUEST_MS)
  end
end

-- The job, its schedule, and where both are found.
local function placeRecurring(id, spec, payload)
  local extra, schedule, anchor, nextRunAt, dueAt, policy, limit =
    match(spec.recurrence, '^([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)$')
  purgeFirings(id)
  local record = { open = true }
  for i = 1, OUTPUT do record[i] = spec[i] end
  record[SEGMENT], record[AT] = format('%.0f', math.floor(number / 1000)), NOW
  if #payload > BIG then record[FLAGS] = record[FLAGS] .. 'b' end
  records[id], dirty[id] = record, record
  redis.call('HSET', key('h', id), 'version', 1, 'schedule', schedule, 'anchor', anchor, 'next', nextRunAt, 'due', dueAt,
    'policy', policy, 'limit', limit, 'extra', extra, 'running', 0, 'retrying', 0, 'waiting', 0, 'held', 0)
  zput(RECURRING, id, now)
  zput(key('recurring', 'scheduled'), id, tonumber(nextRunAt))
  Schedule.place(Schedule.of(id))
  event('schedule.created', id, record, 0)
end

local function place(id, spec, payload)
  if spec.recurrence then return placeRecurring(id, spec, payload) end
  if spec[ST] == 'd' then
    zput(SCHEDULED, id, spec.at)
    noteDue(spec.at)
    return
  end
  spec.line = spec.line or lineFor(spec)
  spec.line.back[#spec.line.back + 1] = id
  if spec.extra.scheduleToStartTimeoutMs then limitStart(id, spec) end
end

-- The definition of a new job, up to a payload that has no key of its own.
local function definitionText(id, spec, payload)
  local segment = math.floor(number / 1000)
  if #payload > BIG then
    redis.call('SET', key('y', id), payload)
    return headOf(spec, segment, '@')
  end
  if spec.segment ~= segment then
    spec.segment, spec.head = segment, headOf(spec, segment, '')
  end
  return spec.head .. payload
end

local function create(id, definitionKey, spec, payload)
  known[id] = true
  if spec.extra ~= NO_EXTRA then takeKeys(id, spec.extra) end
  local at = #created + 1
  texts[2 * at - 1], texts[2 * at] = definitionKey, definitionText(id, spec, payload)
  created[at] = id
  spec.jobs = (spec.jobs or 0) + 1
  addEvent(spec.event, id, spec.tail)
  place(id, spec, payload)
  number = number + 1
end

-- Looks which ids exist, and gives the keys of their definitions.
local function findKnown(ids)
  local keys, prefix = {}, BASE .. 'j:'
  for i = 1, #ids do keys[i] = prefix .. ids[i] end
  if redis.call('EXISTS', unpack(keys)) == 0 then return keys end
  for i = 1, #ids do known[ids[i]] = redis.call('EXISTS', keys[i]) == 1 end
  return keys
end

-- Adds the new ids to the order of creation, 1,000 to a segment.
local function appendCreated()
  local at, i = meta.created, 1
  while i <= #created do
    local segment = math.floor(at / 1000)
    local last = math.min(#created, i + (segment + 1) * 1000 - at - 1)
    redis.call('APPEND', key('seg', format('%.0f', segment)), concat(created, '', i, last))
    redis.call('HINCRBY', SEGMENTS, format('%.0f', segment), last - i + 1)
    at = at + last - i + 1
    i = last + 1
  end
  setMeta('created', at)
end

-- Calls `act` with the index, id, payload and text of the spec of each job.
local function eachJob(act)
  local i, index = 6, 0
  while ARGV[i] do
    local spec, last = ARGV[i], i + 2 * tonumber(ARGV[i + 1])
    for k = i + 2, last, 2 do
      act(index, ARGV[k], ARGV[k + 1], spec)
      index = index + 1
    end
    i = last + 2
  end
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  number = meta.created
  local ids = {}
  eachJob(function(index, id) ids[index + 1] = id end)
  local keys = findKnown(ids)
  eachJob(function(index, id, payload, text)
    local spec = specOf(text)
    local other = known[id] and 'r' .. id or spec.extra ~= NO_EXTRA and existing(spec.extra)
    if other then
      exceptions[#exceptions + 1] = ',' .. index .. other
    else
      create(id, keys[index + 1], spec, payload)
    end
  end)
  if #created > 0 then
    callMany('MSET', texts)
    appendCreated()
  end
  for _, spec in pairs(specs) do count(CLASS[spec[ST]], spec[TYPE], spec.jobs or 0) end
  return commit(NOW .. concat(exceptions))
end
