--- @include "flow"
--- @include "recurring"
-- A job is two strings, see docs/redis-layout.md. `j:<id>` is what it is: written by enqueue, read by claim. `s:<id>` is
-- the state of its firing; a job that waits or is delayed since it was stored has none.
--- @fields CREATED SIZE DEF_PRIORITY DEF_SEGMENT DEF_EXTRA DEF_TYPE DEF_VERSION RUN_AT
local DEFINITION = '^' .. string.rep('([^\n]*)\n', 8)

-- The first twelve fields of a state are read always, the others when they are needed: see `open`.
--- @fields ST TOKEN CANCEL WATCH TYPE SEGMENT FLAGS NODE N ATTEMPT BEAT HOLDS ERRORS AT STARTED MAX LEASE ERROR LAST_RUN RUN SINCE UPDATED VERSION PRIORITY LINE OUT OUTPUT

-- Payloads and outputs above this many bytes have keys of their own.
local BIG = 4096

-- A score in a set by time for what is never due.
local NEVER = 9e15

-- Letters of ST: w waiting, d delayed, r retry not due, q retry in line, a claimed ahead, l leased and started,
-- p paused, c completed, x dead, k cancelled, h held (firings of recurring jobs only). A recurring job that has not ended
-- has the derived letters S, W, R, L, P. Statuses as counted:
local CLASS = {
  w = 'pending', d = 'scheduled', r = 'retrying', q = 'retrying', a = 'running', l = 'running',
  p = 'paused', c = 'completed', x = 'dead', k = 'cancelled', h = 'pending',
  S = 'scheduled', W = 'pending', R = 'retrying', L = 'running', P = 'paused',
}

-- The id of a firing of a recurring job is longer than one of a job: `<job>:<firing time>`, and `t` when triggered.
local JOB_ID = 20

-- Writes are collected and made once, at the end.
local definitions, records, dirty
local deletions, counts, segments, stale, zsets
-- Keys and texts that are written with the states.
local newTexts

atStart(function()
  definitions, records = emptied(definitions), emptied(records)
  dirty, deletions, zsets = emptied(dirty), emptied(deletions), emptied(zsets)
  counts, segments, stale = emptied(counts), emptied(segments), emptied(stale)
  newTexts = emptied(newTexts)
end)

-- The strings of a kind, one per id, and their keys.
local function mget(kind, ids)
  local keys, prefix = {}, BASE .. kind .. ':'
  for i = 1, #ids do keys[i] = prefix .. ids[i] end
  return redis.call('MGET', unpack(keys)), keys
end

-- Fetches the strings of a kind for those ids that `cache` does not know, and gives each to `take`.
local function fetch(kind, ids, cache, take)
  local wanted, keys = {}, {}
  local prefix = BASE .. kind .. ':'
  for _, id in ipairs(ids) do
    if cache[id] == nil then
      cache[id] = false
      wanted[#wanted + 1] = id
      keys[#keys + 1] = prefix .. id
    end
  end
  for i = 1, #keys, 2000 do
    local texts = redis.call('MGET', unpack(keys, i, math.min(i + 1999, #keys)))
    for k = 1, #texts do take(wanted[i + k - 1], texts[k]) end
  end
end

local function takeDefinition(id, text)
  if not text then return end
  local definition = { match(text, DEFINITION) }
  definition.text = text
  definitions[id] = definition
end

local function loadDefinitions(ids) fetch('j', ids, definitions, takeDefinition) end

local function definitionOf(id)
  if definitions[id] == nil then loadDefinitions({ id }) end
  return definitions[id]
end

local flagsOf
do
  -- An extra of nothing but concurrency keys.
  local ONLY_KEYS = '^{"concurrencyKeys":%[[^%[%]\\]*%]}$'

  -- In a string the quotes would be escaped.
  local function keyFlag(extra)
    if not find(extra, '"concurrencyKeys":[{', 1, true) then return '' end
    return find(extra, ONLY_KEYS) and 'K' or 'k'
  end

  -- FLAGS holds `x` when there is an extra, `k` with concurrency keys in it, `K` instead when there is nothing else in it, `s` for a
  -- recurring job, `f` for a firing of one, and `b` when the payload has a key of its own.
  function flagsOf(definition)
    local extra = definition[DEF_EXTRA]
    return (extra ~= '' and 'x' .. keyFlag(extra) or '') .. (definition[RUN_AT] == Schedule.RECURS and 's' or '')
      .. (definition[SIZE] == '@' and 'b' or definition[SIZE] == Schedule.OF_JOB and 'f' or '')
  end
end

-- Whether a firing has concurrency keys.
local function isKeyed(record) return record[FLAGS] ~= '' and find(record[FLAGS], '[kK]') ~= nil end

function Schedule.isOf(record) return find(record[FLAGS], 's', 1, true) ~= nil end

-- The state of a job that has none yet.
local function freshState(definition)
  local runAt = tonumber(definition[RUN_AT])
  local delayed = runAt and runAt > tonumber(definition[CREATED])
  return {
    delayed and 'd' or definition[RUN_AT] == Schedule.RECURS and 'S' or 'w', '', '', '', definition[DEF_TYPE],
    definition[DEF_SEGMENT], flagsOf(definition), '', '', '', '', '', '', delayed and definition[RUN_AT] or '', '', '', '', '',
    '', '', '', '', definition[DEF_VERSION],
    definition[DEF_PRIORITY], '', '', '',
  }
end

local open, readState
do
  local HEAD = '^' .. string.rep('([^\n]*)\n', 12) .. '(.*)$'
  local TAIL = '^' .. string.rep('([^\n]*)\n', 14) .. '(.*)$'

  -- Reads the part of a state that is seldom needed.
  function open(record)
    if record.open then return record end
    local tail = record[13]
    record.open = true
    record[13], record[14], record[15], record[16], record[17], record[18], record[19], record[20], record[21], record[22],
      record[23], record[24], record[25], record[26], record[27] = match(tail, TAIL)
    return record
  end

  -- A plain job or member that completed at its first attempt is kept in a short form, see docs/redis-layout.md: its
  -- definition says the rest.
  local SHORT = '^[CM](%d+)\n(%d+)\n(%d+)\n(%d+)\n(%d+)\n(.*)$'
  local function readShort(text)
    local taskType, segment, node, at, took, output = match(text, SHORT)
    return {
      'c', '', '', '', taskType, segment, sub(text, 1, 1) == 'M' and 'x' or '', node, '1', '1', '', '', '', at, format('%.0f', at - took), '', '', '', at, 'succeeded',
      '', '', '', '', '', '', output, open = true,
    }
  end

  function readState(text)
    local first = sub(text, 1, 1)
    if first == 'C' or first == 'M' then return readShort(text) end
    return { match(text, HEAD) }
  end
end

-- Knows one job from what was read of it.
local function know(id, stateText, definitionText)
  takeDefinition(id, definitionText)
  records[id] = stateText and readState(stateText) or freshState(definitions[id])
  if stateText then open(records[id]) else records[id].open = true end
  return records[id]
end

-- Knows the states of jobs from here on; `records[id]` is false where there is no such job.
local function load(ids)
  local fresh = {}
  fetch('s', ids, records, function(id, text)
    if text then records[id] = readState(text) else fresh[#fresh + 1] = id end
  end)
  if #fresh == 0 then return end
  loadDefinitions(fresh)
  for _, id in ipairs(fresh) do
    local definition = definitions[id]
    if definition then
      records[id] = freshState(definition)
      records[id].open = true
    end
  end
end

local function loadOpen(ids)
  load(ids)
  for _, id in ipairs(ids) do
    if records[id] then open(records[id]) end
  end
end

-- Whether a firing is leased under this token; one that is not leased has none.
local function isHeld(record, token) return record and token ~= '' and record[TOKEN] == token end

local function int(record, field) return tonumber(record[field]) or 0 end

local function count(class, number, by)
  local field = class .. ':' .. number
  counts[field] = (counts[field] or 0) + by
end

local function setStatus(id, record, letter)
  local before = record[ST]
  local from, to = CLASS[before], CLASS[letter]
  record[ST] = letter
  if record.open then record[UPDATED] = '' end
  dirty[id] = record
  if isKeyed(record) then Slots.moved(id, record, before, letter) end
  if #id > JOB_ID then
    Schedule.firingMoved(id, record, before, letter)
  elseif from ~= to then
    count(from, record[TYPE], -1)
    count(to, record[TYPE], 1)
  end
end

-- Puts a member into a sorted set, or takes it out when there is no score; the last word counts.
local function zput(name, member, score)
  local ops = zsets[name]
  if not ops then
    ops = {}
    zsets[name] = ops
  end
  ops[member] = score or false
end

local extras
atStart(function() extras = emptied(extras) end)

local NO_EXTRA = {}

-- Of a member it says in `owner` and `task` whose it is. An item of a batch is a list: batch, place, id, and what else was given.
local function readExtra(text)
  local extra = cjson.decode(text)
  if extra[1] then
    local item = extra[4] or {}
    item.owner, item.task = extra[1], format('%.0f', extra[2])
    return item
  end
  extra.owner, extra.task = extra.workflowId or extra.batchId, extra.workflowTask or extra.batchRole
  return extra
end

-- The rarely used part of a job: what enqueue was given beyond the ordinary.
local function extraOf(id, record)
  if record.extra then return record.extra end
  if sub(record[FLAGS], 1, 1) ~= 'x' then return NO_EXTRA end
  local text = definitionOf(id)[DEF_EXTRA]
  local extra = extras[text]
  if not extra then
    extra = readExtra(text)
    extras[text] = extra
  end
  record.extra = extra
  return extra
end

-- The names of the concurrency keys of a firing, in order.
local function keysOf(id, record)
  local names = {}
  if not isKeyed(record) then return names end
  for i, each in ipairs(extraOf(id, record).concurrencyKeys) do names[i] = each.key end
  return names
end

-- `<tier>:<type>:<version>`, and `:<key>` of a job with concurrency keys: the first one.
local function lineOf(id, record)
  local name = Flow.tierOf(record[PRIORITY]) .. ':' .. record[TYPE] .. ':' .. record[VERSION]
  return isKeyed(record) and name .. ':' .. keysOf(id, record)[1] or name
end

-- Counts the hints of a line that stand for nothing any more.
local function countStale(line, by) stale[line] = (stale[line] or 0) + by end

-- Writes what was collected for one sorted set.
local function flushZset(name)
  local adds, removals = {}, {}
  for member, score in pairs(zsets[name] or NO_EXTRA) do
    if score then
      adds[#adds + 1] = score
      adds[#adds + 1] = member
    else
      removals[#removals + 1] = member
    end
  end
  zsets[name] = nil
  callMany('ZADD', adds, name)
  callMany('ZREM', removals, name)
end

local function flushZsets()
  for name in pairs(zsets) do flushZset(name) end
end

-- Writes what later reads of this script are to find, and collects anew.
local function flushStates()
  local sets = newTexts
  local prefix = BASE .. 's:'
  for id, record in pairs(dirty) do
    sets[#sets + 1] = prefix .. id
    sets[#sets + 1] = concat(record, '\n')
  end
  callMany('MSET', sets)
  callMany('DEL', deletions)
  flushZsets()
  dirty, deletions, zsets, newTexts = emptied(dirty), emptied(deletions), emptied(zsets), emptied(newTexts)
end

local addTo
do
  -- More hints may be dropped than were counted as stale.
  local function isOver(hash, value) return value == 0 or hash == STALE and value < 0 end

  -- Adds to the numbers of a hash: many are read in one go and written in one. What becomes 0 goes, and is told to `gone`.
  function addTo(hash, changes, gone)
    local fields, sets, zeros = {}, {}, {}
    for field, by in pairs(changes) do
      if by ~= 0 then fields[#fields + 1] = field end
    end
    if #fields == 0 then return end
    if #fields <= 2 then
      for _, field in ipairs(fields) do
        if isOver(hash, redis.call('HINCRBY', hash, field, changes[field])) then zeros[#zeros + 1] = field end
      end
    else
      local values = redis.call('HMGET', hash, unpack(fields))
      for i, field in ipairs(fields) do
        local value = (tonumber(values[i]) or 0) + changes[field]
        if isOver(hash, value) then
          zeros[#zeros + 1] = field
        else
          sets[#sets + 1] = field
          sets[#sets + 1] = format('%.0f', value)
        end
      end
    end
    callMany('HSET', sets, hash)
    callMany('HDEL', zeros, hash)
    if gone then for _, field in ipairs(zeros) do gone(field) end end
  end
end

-- Types of which fewer jobs wait than before, and whoever waits for room there.
local function tellOfRoom()
  for _, number in ipairs(Flow.now().depths) do
    if (counts['pending:' .. number] or 0) < 0 then Flow.roomIn(number) end
  end
end

local function flushCounts()
  tellOfRoom()
  addTo(COUNTS, counts, Unserved.emptied)
  addTo(SEGMENTS, segments, function(segment) redis.call('DEL', key('seg', segment)) end)
  addTo(STALE, stale)
  counts, segments, stale = emptied(counts), emptied(segments), emptied(stale)
end
