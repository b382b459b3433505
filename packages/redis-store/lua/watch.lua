#!lua flags=allow-oom
-- Looks at jobs and instances and, in the same step, notes who waits for those that have not ended.
-- KEYS: the fixed keys
-- ARGV: the call, 6 channel, then ids
-- Returns per id its status, or `unknown`
--- @include "commit"
--- @include "ending"

-- A firing is gone with its job, though it is taken away later.
local function jobsOf(ids)
  local jobs = {}
  for _, id in ipairs(ids) do
    if #id > 20 then jobs[#jobs + 1] = sub(id, 1, 20) end
  end
  return jobs
end

-- Notes who waits; gives the status.
local function watchJob(id, record)
  if RETAIN[record[ST]] then return CLASS[record[ST]] end
  redis.call('SADD', key('w', id), ARGV[6])
  if record[WATCH] == '' then
    record[WATCH] = '1'
    dirty[id] = record
  end
  return CLASS[record[ST]]
end

local function watchInstance(id, head)
  if Instance.RETENTION[head[H_STATUS]] then return head[H_STATUS] end
  redis.call('SADD', key('w', id), ARGV[6])
  if not Instance.hasFlag(head, 'w') then
    Instance.flag(head, 'w')
    Instance.write(id, head)
  end
  return head[H_STATUS]
end

local function stateOf(id)
  local record = records[sub(id, 1, 20)] and records[id]
  if not record then
    local head = #id == 20 and Instance.of(id)
    return head and watchInstance(id, head) or 'unknown'
  end
  local owner = extraOf(id, record).owner
  if owner and not Instance.of(owner) then return 'unknown' end
  return watchJob(id, record)
end

function run()
  local ids, states = {}, {}
  for i = 7, #ARGV do ids[#ids + 1] = ARGV[i] end
  load(ids)
  load(jobsOf(ids))
  for i, id in ipairs(ids) do states[i] = stateOf(id) end
  flush()
  return states
end
