#!lua flags=allow-oom
-- Writes down how this key space is cut and which layout it has, at its first use.
-- KEYS: the fixed keys
-- ARGV: the call, 6 number of partitions, 7 version of the layout
-- Returns { partitions, layout } as stored
--- @include "call"

function run()
  redis.call('HSETNX', META, 'partitions', ARGV[6])
  redis.call('HSETNX', META, 'layout', ARGV[7])
  return redis.call('HMGET', META, 'partitions', 'layout')
end
