#!lua flags=allow-oom
-- Prolongs leases and stores progress.
-- KEYS: the fixed keys
-- ARGV: the call, then for each beat: id, token, lease in ms, `1` when the handler has started, progress or ''
-- Returns { 'ok', answer, wakes }; the answer is a letter per beat: v live, l lost, c cancel requested
--- @include "commit"
local function beat(id, token, length, started, progress)
  local record = records[id]
  if not isHeld(record, token) then return 'l' end
  zput(LEASES, id, now + length)
  noteDue(now + length)
  if started and record[ST] == 'a' then
    setStatus(id, record, 'l')
    record[STARTED], record[UPDATED] = NOW, NOW
    event('job.started', id, record, int(record, ATTEMPT) + 1, nil, true)
  end
  if progress ~= '' then redis.call('SET', key('b', id), progress) end
  record[BEAT] = NOW
  dirty[id] = record
  return record[CANCEL] ~= '' and 'c' or 'v'
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local ids = {}
  for i = 6, #ARGV, 5 do ids[#ids + 1] = ARGV[i] end
  loadOpen(ids)
  local outcomes = {}
  for i = 6, #ARGV, 5 do
    outcomes[#outcomes + 1] = beat(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), ARGV[i + 3] == '1', ARGV[i + 4])
  end
  return commit(concat(outcomes))
end
