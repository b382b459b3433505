#!lua flags=allow-oom
-- Tells where a firing stands: its lease, its line, its keys. Changes nothing.
-- KEYS: the fixed keys
-- ARGV: the call, 6 id, 7 most holders to name of each key
-- Returns JSON, see src/usage/standing.ts; nothing for an unknown id
--- @include "commit"
--- @include "usage"
local WAITS = { w = true, q = true, d = true, r = true, p = true, h = true }

local function addLease(standing, id, record)
  standing.node, standing.n, standing.claimedAt = record[NODE], record[N], int(record, AT)
  standing.expiresAt = tonumber(redis.call('ZSCORE', LEASES, id)) or now
  standing.cancel = record[CANCEL]
end

local function addLine(standing, id, record)
  local name = lineOf(id, record)
  local waiting = redis.call('LLEN', key('front', name)) + redis.call('LLEN', key('line', name))
  standing.inLine = math.max(1, waiting - (tonumber(redis.call('HGET', STALE, name)) or 0))
  standing.tier, standing.type = Lines.parts(name), record[TYPE]
end

local function addKeys(standing, id, record)
  local names, usages = {}, {}
  for i, name in ipairs(keysOf(id, record)) do
    names[i], usages[i] = name, Usage.key(name, tonumber(ARGV[7]))
  end
  if #names > 0 then standing.keys, standing.usages = names, usages end
end

-- The oldest unfinished firings of a recurring job.
local MOST_UNFINISHED = 10
local function addUnfinished(standing, id)
  standing.recurring = true
  local suffixes = redis.call('ZRANGE', key('open', id), 0, MOST_UNFINISHED - 1)
  if #suffixes > 0 then standing.unfinished = suffixes end
end

function run()
  local id = ARGV[6]
  loadOpen({ id })
  local record = records[id]
  if not record then return false end
  local standing = { letter = record[ST], now = now }
  if Schedule.isOf(record) then
    addUnfinished(standing, id)
  else
    if CLASS[record[ST]] == 'running' then addLease(standing, id, record) end
    if record[ST] == 'w' or record[ST] == 'q' then addLine(standing, id, record) end
    if WAITS[record[ST]] then addKeys(standing, id, record) end
  end
  return cjson.encode(standing)
end
