#!lua flags=allow-oom
-- Reads what a firing remembers, if its lease is held.
-- KEYS: the fixed keys
-- ARGV: the call, 6 id, 7 token
-- Returns names and values in turn; nothing when the lease is lost
--- @include "record"
function run()
  loadOpen({ ARGV[6] })
  if not isHeld(records[ARGV[6]], ARGV[7]) then return false end
  return redis.call('HGETALL', key('v', ARGV[6]))
end
