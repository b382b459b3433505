--- @include "meta"
-- A job is one string: 28 fields and the rest, each ended by a line break; see docs/redis-layout.md.
local ST, ATTEMPT, ERRORS, N, AT, TOKEN, NODE, STARTED = 1, 2, 3, 4, 5, 6, 7, 8
local MAX, LEASE, CANCEL, WATCH, ERROR, LAST_RUN, RUN, RESUME = 9, 10, 11, 12, 13, 14, 15, 16
local UPDATED, BEAT, TYPE, VERSION, PRIORITY, CREATED, SEGMENT = 17, 18, 19, 20, 21, 22, 23
local RUN_AT, EXTRA, SIZE, OUT, LINE, REST = 24, 25, 26, 27, 28, 29
local RECORD = '^' .. string.rep('([^\n]*)\n', 28) .. '(.*)$'

-- Letters of ST: w waiting, d delayed, r retry not due, q retry in line, a claimed ahead, l leased and started,
-- p paused, c completed, x dead, k cancelled. Statuses as counted:
local CLASS = {
  w = 'pending', d = 'scheduled', r = 'retrying', q = 'retrying', a = 'running', l = 'running',
  p = 'paused', c = 'completed', x = 'dead', k = 'cancelled',
}

-- Writes are collected and made once, at the end.
local records, dirty = {}, {}
local deletions, counts, zsets = {}, {}, {}

local function load(ids)
  local wanted, keys = {}, {}
  for _, id in ipairs(ids) do
    if records[id] == nil then
      records[id] = false
      wanted[#wanted + 1] = id
      keys[#keys + 1] = key('j', id)
    end
  end
  for i = 1, #keys, 2000 do
    local texts = redis.call('MGET', unpack(keys, i, math.min(i + 1999, #keys)))
    for k, text in ipairs(texts) do
      if text then records[wanted[i + k - 1]] = { match(text, RECORD) } end
    end
  end
end

local function loadOne(id)
  if records[id] == nil then load({ id }) end
  return records[id]
end

local function int(record, field) return tonumber(record[field]) or 0 end

local function count(class, number, by)
  local field = class .. ':' .. number
  counts[field] = (counts[field] or 0) + by
end

local function setStatus(id, record, letter)
  local from, to = CLASS[record[ST]], CLASS[letter]
  record[ST] = letter
  record[UPDATED] = ''
  dirty[id] = record
  if from ~= to then
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

local extras = {}
local NO_EXTRA = {}
-- The rarely used part of a job: what enqueue was given beyond the ordinary.
local function extraOf(record)
  local text = record[EXTRA]
  if text == '' then return NO_EXTRA end
  local extra = extras[text]
  if not extra then
    extra = cjson.decode(text)
    extras[text] = extra
  end
  return extra
end

local function tierOf(record)
  local priority = tonumber(record[PRIORITY])
  return priority >= 8 and 'high' or priority >= 3 and 'normal' or 'low'
end

local function flushRecords()
  local sets = {}
  for id, record in pairs(dirty) do
    if record ~= false and not record.gone then
      sets[#sets + 1] = key('j', id)
      sets[#sets + 1] = concat(record, '\n')
    end
  end
  for i = 1, #sets, 2000 do redis.call('MSET', unpack(sets, i, math.min(i + 1999, #sets))) end
  for i = 1, #deletions, 2000 do redis.call('DEL', unpack(deletions, i, math.min(i + 1999, #deletions))) end
  for field, by in pairs(counts) do
    if by ~= 0 and redis.call('HINCRBY', COUNTS, field, by) == 0 then redis.call('HDEL', COUNTS, field) end
  end
  for name, ops in pairs(zsets) do
    local adds, removals = {}, {}
    for member, score in pairs(ops) do
      if score then
        adds[#adds + 1] = format('%.0f', score)
        adds[#adds + 1] = member
      else
        removals[#removals + 1] = member
      end
    end
    callMany('ZADD', name, adds)
    callMany('ZREM', name, removals)
  end
end
