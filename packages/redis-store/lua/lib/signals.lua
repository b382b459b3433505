--- @include "instances"
-- Pending signals: `sg:<id>` their ids in order, `sp:<id>` id -> text, as it stood in the mailbox.

-- The texts of signals, each false when it is not pending.
function Instance.pending(id, signals)
  local texts = {}
  for i = 1, #signals, 2000 do
    local some = redis.call('HMGET', key('sp', id), unpack(signals, i, math.min(i + 1999, #signals)))
    for k = 1, #some do texts[#texts + 1] = some[k] end
  end
  return texts
end

function Instance.dropSignals(id, signals)
  callMany('ZREM', signals, key('sg', id))
  callMany('HDEL', signals, key('sp', id))
end
