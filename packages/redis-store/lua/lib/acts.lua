--- @include "marks"
-- The acts of clients and operators that are kept of a job or an instance: `<time>\t<verb>\t<who gave the order, as JSON>`, the
-- newest 100.
local Acts = {}
do
  -- MAX_AUDIT_ENTRIES of the port.
  local MOST = 100

  local function add(acts, act)
    local kept = redis.call('RPUSH', acts, NOW .. '\t' .. act)
    if kept > MOST then redis.call('LTRIM', acts, -MOST, -1) end
  end

  -- Notes an order to a job: its verb, and who gave it.
  function Acts.note(id, record, verb, by)
    add(key('a', id), verb .. '\t' .. by)
    Marks.set(id, record, 'a')
  end

  -- Notes a message to an instance: its kind and who sent it, with a tab between them.
  function Acts.noteMessage(id, head, act)
    add(key('ia', id), act)
    Instance.flag(head, 'a')
    Instance.changed(id, head)
  end
end
