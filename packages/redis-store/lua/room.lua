#!lua flags=allow-oom
-- Looks whether one more job of a type may wait and, in the same step, notes who waits for that.
-- KEYS: the fixed keys
-- ARGV: the call, 6 channel, 7 task type
-- Returns 1 when there is room, else 0
--- @include "commit"
--- @include "depth"
function run()
  local number = redis.call('HGET', NAMES, 't' .. ARGV[7])
  if not number or not Depth.full(number) then return 1 end
  redis.call('SADD', key('room', number), ARGV[6])
  return 0
end
