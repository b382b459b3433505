--- @include "instances"
-- A group is an instance named by the group; what stands for its definition is its task type (JSON). While it takes messages, it
-- is found in `groups` by both, and its timer without a name says when time cuts it.

function Instance.groupField(head) return head[H_NAME] .. '\n' .. head[H_HASH] end

function Instance.isCut(head) return Instance.hasFlag(head, 'c') end

-- A group takes no more messages from here on.
function Instance.close(id, head)
  if Instance.isCut(head) then return end
  Instance.flag(head, 'c')
  zput(TIMERS, id .. '\t', nil)
  redis.call('HDEL', GROUPS, Instance.groupField(head))
end

-- A group is complete.
function Instance.cut(id, head)
  if Instance.isCut(head) then return end
  Instance.close(id, head)
  Instance.write(id, head)
  Instance.push(id, 'M', '{"kind":"cut"}')
end
