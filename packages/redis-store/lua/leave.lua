#!lua flags=allow-oom
-- Takes a node off.
-- KEYS: the fixed keys
-- ARGV: the call, 6 node, 7 `1` in the partition that tells of nodes
-- Returns { 'ok', '', wakes }
--- @include "nodes"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local node = readNode(ARGV[6])
  if node then
    dropNode(ARGV[6], node)
    if ARGV[7] == '1' then nodeEvent('node.left', ARGV[6]) end
  end
  return commit('')
end
