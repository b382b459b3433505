#!lua flags=allow-oom
-- Replaces the settings if nobody else did since, and tells every node.
-- KEYS: the fixed keys
-- ARGV: the call, 6 version the caller has seen, then fields and values
-- Returns { 'ok', answer, wakes }; the answer is `saved` or `conflict`
--- @include "nodes"
local state, answer = answered()
if state then return { state, answer, '' } end

local version = tonumber(redis.call('HGET', META, 'settings') or 0)
if version ~= tonumber(ARGV[6]) then return commit('conflict') end
redis.call('HSET', META, 'settings', version + 1, unpack(ARGV, 7))
setMeta('sweepAt', now)
for _, node in ipairs(redis.call('HKEYS', NODES)) do tell(node, 'settings') end
return commit('saved')
