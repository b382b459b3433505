#!lua
-- Stores new jobs, each wholly or not at all.
-- KEYS: the fixed keys
-- ARGV: the call (lib/call.lua), then for each job: id, spec, payload
-- Returns { 'ok', answer, wakes }; the answer names only what was not created: `<index>r<id>` or `<index>d<id>`
--- @include "commit"
local state, answer = answered()
if state then return { state, answer, '' } end

local REQUEST_MS = 24 * 3600 * 1000

-- A spec becomes the definition and the state of its jobs, filled in for each; equal specs are read once.
local specs = {}
local function specOf(text)
  local spec = specs[text]
  if spec then return spec end
  local name, version, priority, delay, runAt, extra =
    match(text, '^([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n([^\n]*)\n(.*)$')
  local at = delay ~= '' and now + tonumber(delay) or tonumber(runAt)
  local definition = { NOW, '', priority, '', extra, nameNumber('t' .. name), '', at and format('%.0f', at) or '', '' }
  definition[DEF_VERSION] = version ~= '' and nameNumber('v' .. version) or ''
  spec = freshState(definition)
  spec.definition, spec.at = definition, at
  spec.extra = extra ~= '' and cjson.decode(extra) or NO_EXTRA
  specs[text] = spec
  return spec
end

-- Request ids taken by earlier jobs of this call.
local requests = {}

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

local known = {}
do
  local keys = {}
  for i = 6, #ARGV, 3 do keys[#keys + 1] = key('j', ARGV[i]) end
  if redis.call('EXISTS', unpack(keys)) > 0 then
    for i, name in ipairs(keys) do known[ARGV[3 + i * 3]] = redis.call('EXISTS', name) == 1 end
  end
end

local texts, created, exceptions = {}, {}, {}
local number = meta.created
for i = 6, #ARGV, 3 do
  local id, spec, payload = ARGV[i], specOf(ARGV[i + 1]), ARGV[i + 2]
  local extra = spec.extra
  local other = known[id] and 'r' .. id or extra ~= NO_EXTRA and existing(extra)
  if other then
    exceptions[#exceptions + 1] = (i - 6) / 3 .. other
  else
    known[id] = true
    takeKeys(id, extra)
    local definition = spec.definition
    definition[DEF_SEGMENT] = math.floor(number / 1000)
    created[#created + 1] = id
    number = number + 1
    definition[SIZE], definition[9] = #payload, payload
    if #payload > BIG then
      redis.call('SET', key('y', id), payload)
      definition[SIZE], definition[9] = '@', ''
    end
    count(CLASS[spec[ST]], spec[TYPE], 1)
    if spec[ST] == 'd' then
      zput(SCHEDULED, id, spec.at)
      noteDue(spec.at)
      event('job.scheduled', id, spec, 0)
    else
      event('job.enqueued', id, spec, 0)
      enterLine(id, spec, false)
      spec[AT] = ''
    end
    texts[#texts + 1] = key('j', id)
    texts[#texts + 1] = concat(definition, '\n')
  end
end

local function appendCreated()
  local at = meta.created
  local i = 1
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

if #texts > 0 then
  redis.call('MSET', unpack(texts))
  appendCreated()
end
return commit(concat(exceptions, ','))
