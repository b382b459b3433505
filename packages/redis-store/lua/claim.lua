#!lua flags=allow-oom
-- Leases runs to a node.
-- KEYS: the fixed keys
-- ARGV: the call, then the request as lib/claiming.lua takes it
-- Returns what lib/claiming.lua replies
--- @include "claiming"
--- @include "flush"
function run() return claimRuns(6, #ARGV, flush) end
