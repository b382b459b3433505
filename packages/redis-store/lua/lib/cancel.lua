--- @include "firings"
--- @include "runs"
-- Cancelling a firing that has not ended.

-- Takes a firing that is not leased out of wherever time would find it; its id stays in its line as a hint.
local function withdraw(id, record)
  leaveLine(id, record)
  zput(SCHEDULED, id, nil)
  zput(RETRY_DUE, id, nil)
  zput(RETRYING, id, nil)
  zput(PAUSED, id, nil)
  if extraOf(id, record).scheduleToStartTimeoutMs then zput(STARTS, id, nil) end
end

-- `reason` is JSON, or '' when none was given. One that runs is asked to end, once.
local function cancelFiring(id, record, reason)
  local known = reason ~= '' and reason or '"cancelled"'
  if CLASS[record[ST]] ~= 'running' then
    record[CANCEL] = known
    withdraw(id, record)
    event('job.cancelled', id, record, int(record, ATTEMPT), known)
    return finish(id, record, 'k', '')
  end
  if record[CANCEL] ~= '' then return end
  record[CANCEL], record[UPDATED] = known, NOW
  dirty[id] = record
  local node = redis.call('HGET', NUMBERS, record[NODE])
  if node then tell(sub(node, 2), 'cancel\t' .. id .. '\t' .. record[TOKEN] .. '\t' .. reason) end
end

-- Cancels the unfinished firings of a job: all, or the held ones.
local function cancelFirings(schedule, kind, reason)
  local ids = Schedule.firings(schedule, kind)
  loadOpen(ids)
  for _, id in ipairs(ids) do
    if records[id] then cancelFiring(id, records[id], reason) end
  end
end
