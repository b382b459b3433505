--- @include "leftovers"
--- @include "tags"
-- Storing new jobs. A spec is everything of a job but its id and payload: type, version, priority, delay, run at and extra, each on a
-- line; the run at of a recurring job is `*`, and seven lines follow: extra of its firings (lib/fire.lua), schedule (JSON),
-- anchor, next firing, when it is due, overlap policy, most held.
preload({ 'created', 'event', 'served', 'turn' })

local Storing = {}
do
  local REQUEST_MS = 24 * 3600 * 1000

  -- specs: text -> spec; requests: request ids taken by earlier jobs of this call.
  local specs, requests
  -- Ids created, in order; the strings to be stored; number of the next job.
  local created, texts, number

  atStart(function()
    specs, requests, created, texts, number = {}, {}, {}, {}, nil
  end)

  -- A spec is the state of its jobs, what their definitions have in common, and where they go.
  function Storing.spec(text)
    local spec = specs[text]
    if spec then return spec end
    local name, version, priority, delay, runAt, extra =
      match(text, '^([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n(.*)$')
    local recurrence
    if runAt == Schedule.RECURS then extra, recurrence = match(extra, '^([^\n]*)\n(.*)$') end
    local at = delay ~= '' and now + tonumber(delay) or tonumber(runAt)
    local taskType, runAtText = nameNumber('t' .. name), at and format('%.0f', at) or recurrence and Schedule.RECURS or ''
    local versionNumber = version ~= '' and nameNumber('v' .. version) or ''
    local refusal = match(runAt, '^!(.*)$')
    spec = freshState({ NOW, '', priority, '', extra, taskType, versionNumber, runAtText })
    if spec[ST] == 'w' then
      priority = Flow.entering(priority)
      spec[PRIORITY] = priority
    end
    spec.at, spec.recurrence, spec.refusal = at, recurrence, refusal
    spec.extra = extra ~= '' and cjson.decode(extra) or NO_EXTRA
    spec.beforeSegment, spec.extraText = '\n' .. priority .. '\n', extra
    spec.afterExtra = '\n' .. taskType .. '\n' .. versionNumber .. '\n' .. runAtText .. '\n'
    spec.event = spec[ST] ~= 'w' and 'job.scheduled' or 'job.enqueued'
    spec.tail = '\t\t' .. taskType .. '\t0\t\t'
    specs[text] = spec
    return spec
  end

  -- The definition up to the extra, whose payload has no key of its own; the same for all jobs of a spec in one segment.
  local function startOf(spec, segment)
    if spec.segment ~= segment then
      spec.segment, spec.start = segment, NOW .. '\n' .. spec.beforeSegment .. segment .. '\n'
      spec.head = spec.start .. spec.extraText .. spec.afterExtra
    end
    return spec.start
  end

  -- What stands in the way of a job with this extra: r and the job of its request, d and the holder of its unique key.
  function Storing.existing(extra)
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

  -- A job that can never run is stored as one that has died.
  local function placeDead(id, spec, payload, extra)
    local record = { open = true, extra = extra and readExtra(extra) or spec.extra }
    for i = 1, OUTPUT do record[i] = spec[i] end
    record[SEGMENT], record[AT], record[ERROR] = format('%.0f', math.floor(number / 1000)), NOW, spec.refusal
    record[FLAGS] = (extra or spec.extraText) == '' and '' or 'x'
    if #payload > BIG then record[FLAGS] = record[FLAGS] .. 'b' end
    records[id] = record
    event('job.dead', id, record, 0, spec.refusal)
    finish(id, record, 'x', '')
  end

  local function place(id, spec, payload, extra)
    if spec.refusal then return placeDead(id, spec, payload, extra) end
    if spec.recurrence then return placeRecurring(id, spec, payload) end
    if spec[ST] == 'd' then
      zput(SCHEDULED, id, spec.at)
      noteDue(spec.at)
      return
    end
    spec.line = spec.line or lineFor(id, spec)
    spec.line.back[#spec.line.back + 1] = id
    if spec.extra.scheduleToStartTimeoutMs then limitStart(id, spec) end
  end

  -- The definition of a new job, without a payload that has a key of its own.
  local function definitionText(id, spec, payload, extra, rest)
    local segment = math.floor(number / 1000)
    if #payload > BIG then
      redis.call('SET', key('y', id), payload)
      return NOW .. '\n@' .. spec.beforeSegment .. segment .. '\n' .. (extra or spec.extraText) .. (rest or '') .. spec.afterExtra
    end
    local start = startOf(spec, segment)
    if not extra then return spec.head .. payload end
    return start .. extra .. (rest or '') .. spec.afterExtra .. payload
  end

  -- Stores a job. `extra`: its own, which says more than that of its spec: of which instance it is a member; `rest`: what follows of
  -- it, so that it need not be joined to be stored.
  function Storing.create(id, spec, payload, extra, rest)
    number = number or meta.created
    if spec.extra ~= NO_EXTRA then
      takeKeys(id, spec.extra)
      if spec.extra.concurrencyKeys and not spec.refusal then Slots.created(spec.extra.concurrencyKeys, spec.recurrence) end
      Tags.enter(id, spec.extra)
    end
    local at = #created + 1
    texts[2 * at - 1], texts[2 * at] = BASE .. 'j:' .. id, definitionText(id, spec, payload, extra, rest)
    created[at] = id
    spec.jobs = (spec.jobs or 0) + 1
    addEvent(spec.event, id, spec.tail)
    place(id, spec, payload, extra)
    number = number + 1
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

  -- Writes what was stored; more may follow.
  function Storing.flush()
    if #created == 0 then return end
    callMany('MSET', texts)
    appendCreated()
    for _, spec in pairs(specs) do
      count(CLASS[spec[ST]], spec[TYPE], spec.jobs or 0)
      spec.jobs, spec.line = 0, nil
    end
    created, texts, number = {}, {}, nil
  end
end
