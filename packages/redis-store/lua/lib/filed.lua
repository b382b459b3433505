--- @include "record"
--- @include "marks"
-- Finished runs of all firings. The one that ended its firing is found where that stands; `runs` has an entry `<id>-<digits><n>`
-- by end time for each of the others, where `digits`, a letter, says how many n has: so they sort by n.
-- COUNTS has, by type, in `ran` how many finished runs there are beyond one for each ended job.
local Filed = {}
do
  local function entry(id, n) return id .. '-' .. string.char(96 + #n) .. n end

  -- Finished runs of a type, those of a recurring job that is gone not counted.
  function Filed.count(id, record, by)
    if #id > JOB_ID then
      local schedule = Schedule.of(sub(id, 1, JOB_ID))
      if not schedule then return end
      Schedule.bump(schedule, 'ran', by)
    end
    count('ran', record[TYPE], by)
  end

  function Filed.add(id, record, n, finished)
    zput(RUNS, entry(id, n), tonumber(finished))
    Filed.count(id, record, 1)
  end

  -- Forgets the run with this text.
  function Filed.drop(id, record, text)
    local n = match(text, '^%d+')
    if Marks.has(record, 't') then redis.call('HDEL', key('st', id), n) end
    zput(RUNS, entry(id, n), nil)
    Filed.count(id, record, -1)
  end

  -- Takes all entries of a firing away. Says how many those were.
  function Filed.dropEntries(id)
    local runs = redis.call('LRANGE', key('r', id), 0, -1)
    for _, text in ipairs(runs) do zput(RUNS, entry(id, match(text, '^%d+')), nil) end
    return #runs
  end

  -- Whether more than the run that ended it is known of a firing.
  function Filed.has(record)
    return record[N] ~= '' and (record[N] ~= '1' or open(record)[RUN] == '')
  end

  -- Of a firing the newest runs are kept: the one it ended with counts.
  local MOST_RUNS = 100
  local function makeRoom(id, record)
    if int(record, N) <= MOST_RUNS or redis.call('LLEN', key('r', id)) < MOST_RUNS then return end
    Filed.drop(id, record, redis.call('LPOP', key('r', id)))
  end

  -- A firing has ended (1), or is among the ended ones no more (-1): with its last run or without one.
  function Filed.ended(id, record, by)
    local ran = record[RUN] ~= ''
    if ran and by == 1 then makeRoom(id, record) end
    if #id > JOB_ID then
      if ran then Filed.count(id, record, by) end
    elseif not ran then
      Filed.count(id, record, -by)
    end
  end
end
