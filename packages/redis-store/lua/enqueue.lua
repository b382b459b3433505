#!lua
-- Stores new jobs, each wholly or not at all.
-- KEYS: the fixed keys
-- ARGV: the call (lib/call.lua), then for jobs in a row that differ in nothing else: spec (lib/storing.lua), how many, and id and
--       payload of each
-- Returns { 'ok', answer, wakes }; the answer is the time they were stored and what was not created:
-- `<time>[,<index><letter><detail>]...`: r for one that was stored before and d for a duplicate, with the id of that job; f for one
-- too many, with the limit; o for a new one another had to go for. Then what ended: those that had to go, in order
--- @include "storing"
--- @include "commit"
--- @include "cancel"
--- @include "depth"
-- known: ids that exist.
local known
atStart(function() known = {} end)

-- Looks which ids exist.
local function findKnown(ids)
  local keys, prefix = {}, BASE .. 'j:'
  for i = 1, #ids do keys[i] = prefix .. ids[i] end
  if redis.call('EXISTS', unpack(keys)) == 0 then return end
  for i = 1, #ids do known[ids[i]] = redis.call('EXISTS', keys[i]) == 1 end
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

local DROPPED = '"dropped: queue full"'

-- Lets a job go for a new one: what this call has stored is to be found where it will stand.
local function dropFor(id, spec)
  Storing.flush()
  flushLines()
  flushStates()
  local oldest, record = Depth.oldest(lineOf(id, spec), spec[TYPE])
  if not oldest then return false end
  cancelFiring(oldest, record, DROPPED)
  Depth.count(spec[TYPE], -1)
  return true
end

-- What keeps a job from being stored although nothing stands in its way; 'o' when another had to go for it.
local function roomFor(id, spec)
  local setting = spec[ST] == 'w' and Depth.full(spec[TYPE])
  if not setting then return '' end
  return setting.dropOldest and dropFor(id, spec) and 'o' or 'f' .. setting.depth
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local ids, exceptions = {}, {}
  eachJob(function(index, id) ids[index + 1] = id end)
  findKnown(ids)
  eachJob(function(index, id, payload, text)
    local spec = Storing.spec(text)
    local other = known[id] and 'r' .. id or spec.extra ~= NO_EXTRA and Storing.existing(spec.extra) or roomFor(id, spec)
    if other ~= '' then exceptions[#exceptions + 1] = ',' .. index .. other end
    if other == '' or other == 'o' then
      known[id] = true
      if spec[ST] == 'w' then Depth.count(spec[TYPE], 1) end
      Storing.create(id, spec, payload)
    end
  end)
  Storing.flush()
  return commit(NOW .. concat(exceptions) .. endedText())
end
