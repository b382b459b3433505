#!lua flags=allow-oom
-- Marks a node as sleeping, where the wake keys live in another partition than the work.
-- KEYS: the fixed keys
-- ARGV: the call, 6 node, 7 handler set, or `mail:<queue>` for engines, 8 `1` when it sleeps, `0` when it is awake
-- Returns 1
--- @include "call"

function run()
  if ARGV[8] == '1' then
    redis.call('ZADD', key('asleep', ARGV[7]), NOW, ARGV[6])
  else
    redis.call('ZREM', key('asleep', ARGV[7]), ARGV[6])
  end
  return 1
end
