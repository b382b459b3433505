#!lua flags=allow-oom
-- Keeps what firings are to remember, as far as their leases are held.
-- KEYS: the fixed keys
-- ARGV: the call, then for each value: id, token, name, value
-- Returns { 'ok', answer, wakes }; the answer is a letter per value: s saved, l lost
--- @include "commit"
--- @include "marks"
local function remember(id, token, name, value)
  local record = records[id]
  if not isHeld(record, token) then return 'l' end
  redis.call('HSET', key('v', id), name, value)
  Marks.set(id, record, 'm')
  return 's'
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local ids, outcomes = {}, {}
  for i = 6, #ARGV, 4 do ids[#ids + 1] = ARGV[i] end
  loadOpen(ids)
  for i = 6, #ARGV, 4 do outcomes[#outcomes + 1] = remember(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
  return commit(concat(outcomes))
end
