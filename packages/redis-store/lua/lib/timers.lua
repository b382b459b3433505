--- @include "instances"
-- Timers of instances: `timers` holds them by when they are due, `tm:<id>` their names.

-- OPEN_TIMER and OPEN_MS of the port.
Instance.OPEN_TIMER, Instance.OPEN_MS = 'open', 24 * 3600 * 1000

-- Sets the timer of this name, or takes it away when it is never due.
function Instance.setTimer(id, head, name, due)
  zput(TIMERS, id .. '\t' .. name, due)
  if due then
    redis.call('SADD', key('tm', id), name)
    Instance.flag(head, 't')
    noteDue(due)
  elseif Instance.hasFlag(head, 't') then
    redis.call('SREM', key('tm', id), name)
  end
end

-- More parts may follow, for some time.
function Instance.stayOpen(id, head)
  Instance.flag(head, 'p')
  Instance.setTimer(id, head, Instance.OPEN_TIMER, now + Instance.OPEN_MS)
end
