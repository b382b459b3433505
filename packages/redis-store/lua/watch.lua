#!lua flags=allow-oom
-- Looks at jobs and, in the same step, notes who waits for those that have not ended.
-- KEYS: the fixed keys
-- ARGV: the call, 6 channel, then ids
-- Returns per id its status, or `unknown`
--- @include "commit"
--- @include "ending"

function run()
  local ids, states = {}, {}
  for i = 7, #ARGV do ids[#ids + 1] = ARGV[i] end
  load(ids)
  for i, id in ipairs(ids) do
    local record = records[id]
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
