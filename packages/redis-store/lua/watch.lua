#!lua flags=allow-oom
-- Looks at jobs and, in the same step, notes who waits for those that have not ended.
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

function run()
  local ids, states = {}, {}
  for i = 7, #ARGV do ids[#ids + 1] = ARGV[i] end
  load(ids)
  load(jobsOf(ids))
  for i, id in ipairs(ids) do
    local record = records[sub(id, 1, 20)] and records[id]
    states[i] = record and CLASS[record[ST]] or 'unknown'
    if record and not RETAIN[record[ST]] then
      redis.call('SADD', key('w', id), ARGV[6])
      if record[WATCH] == '' then
        record[WATCH] = '1'
        dirty[id] = record
      end
    end
  end
  flush()
  return states
end
