--- @include "wake"
--- @include "record"
-- The schedule of a recurring job is the hash `h:<job>`; see docs/redis-layout.md. What changes of it is written at the end.
do
  local schedules
  atStart(function() schedules = emptied(schedules) end)

  -- Read whenever one of its firings moves: numbers and short texts.
  local SCHEDULE_FIELDS = {
    'version', 'next', 'due', 'last', 'policy', 'limit', 'over', 'paused', 'running', 'retrying', 'waiting', 'held',
    'newest', 'error', 'run', 'result', 'ran',
  }

  -- What a script will need of every schedule beyond these.
  function Schedule.alsoRead(fields)
    for _, field in ipairs(fields) do SCHEDULE_FIELDS[#SCHEDULE_FIELDS + 1] = field end
  end

  function Schedule.set(schedule, field, value)
    schedule[field] = value
    schedule.changes[field] = value
  end

  -- The schedule of a job; false where there is none.
  function Schedule.of(job)
    local schedule = schedules[job]
    if schedule ~= nil then return schedule end
    local values = redis.call('HMGET', key('h', job), unpack(SCHEDULE_FIELDS))
    schedule = values[1] and { job = job, changes = {}, moved = {}, ends = {} }
    for i = 1, schedule and #SCHEDULE_FIELDS or 0 do schedule[SCHEDULE_FIELDS[i]] = values[i] or '' end
    schedules[job] = schedule or false
    return schedules[job]
  end

  function Schedule.raise(schedule)
    Schedule.set(schedule, 'version', format('%.0f', schedule.version + 1))
  end

  -- A field that is seldom needed, as it stands now.
  function Schedule.text(schedule, field)
    if schedule[field] == nil then schedule[field] = redis.call('HGET', key('h', schedule.job), field) or '' end
    return schedule[field]
  end

  function Schedule.bump(schedule, field, by)
    Schedule.set(schedule, field, (tonumber(schedule[field]) or 0) + by)
  end

  -- The earliest time that was put into `schedules` by this script.
  local earliestSchedule
  atStart(function() earliestSchedule = nil end)

  -- Puts a schedule where `due` finds it, or takes it away: a paused one, and one with nothing left to fire.
  function Schedule.place(schedule)
    local due = schedule.paused == '' and tonumber(schedule.due) or nil
    zput(SCHEDULES, schedule.job, due)
    if due and (not earliestSchedule or due < earliestSchedule) then earliestSchedule = due end
  end

  function Schedule.flush()
    if earliestSchedule then
      local head = redis.call('ZRANGEBYSCORE', SCHEDULES, '(' .. NOW, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
      if not head[2] or earliestSchedule < tonumber(head[2]) then Schedule.tell() end
      earliestSchedule = nil
    end
    for job, schedule in pairs(schedules) do
      if schedule and next(schedule.changes) and not schedule.gone then
        local args = {}
        for field, value in pairs(schedule.changes) do
          args[#args + 1] = field
          args[#args + 1] = type(value) == 'number' and format('%.0f', value) or value
        end
        redis.call('HSET', key('h', job), unpack(args))
        schedule.changes = {}
      end
    end
  end
end
