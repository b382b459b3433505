#!lua flags=allow-oom
-- Follows instances to the newest ones they go on as.
-- KEYS: the fixed keys
-- ARGV: the call, 6 most links, then the instances
-- Returns for each the id of the newest one that is there, or of the one so many links further
--- @include "instances"
local function follow(id)
  for _ = 1, ARGV[6] do
    local head = Instance.of(id)
    if not head or head[H_TO] == '' or not Instance.of(head[H_TO]) then break end
    id = head[H_TO]
  end
  return id
end

function run()
  local newest = {}
  for i = 7, #ARGV do newest[#newest + 1] = follow(ARGV[i]) end
  return newest
end
