--- @include "wake"
-- A node that found less than it asked for says when it will look again. Gives when time alone may bring more, '' for never; `known`:
-- when something will that `advance` does not move.
local lookAgain
do
  local PROMISE = 5000
  local function later(at) return at > 0 and at or math.huge end
  function lookAgain(node, known)
    local due = math.min(later(meta.dueAt), later(meta.wakeAt), soonest or math.huge, known or math.huge)
    local promise = math.min(due, now + PROMISE)
    if meta.look == '' or meta.lookAt <= now or promise < meta.lookAt then
      setMeta('look', node)
      setMeta('lookAt', promise)
    end
    return due < math.huge and format('%.0f', due) or ''
  end
end
