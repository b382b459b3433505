#!lua flags=allow-oom
-- Sets or clears the drain flag of a live node and tells it.
-- KEYS: the fixed keys
-- ARGV: the call, 6 node, 7 `1` to drain, `0` to go on
-- Returns { 'ok', answer, wakes }; the answer is `1` when there is such a node, else `0`
--- @include "nodes"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local node = readNode(ARGV[6])
  local expires = redis.call('ZSCORE', NODE_TTL, ARGV[6])
  if not node or not expires or tonumber(expires) <= now then return commit('0') end
  node.draining = ARGV[7] == '1' and '1' or ''
  writeNode(ARGV[6], node)
  tell(ARGV[6], 'drain\t' .. ARGV[7])
  return commit('1')
end
