--- @include "schedule"
--- @include "ending"
-- What a move of a firing means for its recurring job. Every move is noted at once; what follows from all of them is worked
-- out by `Schedule.settle`, once for each job they belong to.
-- Sorted sets of a job, by firing time: `f:<job>` all kept firings, `open:<job>` the unfinished ones, `held:<job>` those that
-- are held; by end time: `e:<letter>:<job>`. Their members are firing ids without the job.

do
  local touched, touchedInOrder
  atStart(function() touched, touchedInOrder = emptied(touched), emptied(touchedInOrder) end)

  function Schedule.touch(schedule)
    if touched[schedule] then return end
    touched[schedule] = true
    touchedInOrder[#touchedInOrder + 1] = schedule
  end

  function Schedule.firing(schedule, suffix) return schedule.job .. ':' .. suffix end
  function Schedule.timeOf(suffix) return tonumber(match(suffix, '^%d+')) end

  -- Ids of the firings of a set of the job, oldest first.
  function Schedule.firings(schedule, kind, last)
    local name = key(kind, schedule.job)
    flushZset(name)
    local ids = redis.call('ZRANGE', name, 0, last or -1)
    for i = 1, #ids do ids[i] = Schedule.firing(schedule, ids[i]) end
    return ids
  end

  function Schedule.unfinished(schedule)
    return schedule.running + schedule.retrying + schedule.waiting + schedule.held
  end

  -- Finished executions of the newest firing.
  function Schedule.attempt(schedule)
    if schedule.newest == '' then return 0 end
    local id = Schedule.firing(schedule, schedule.newest)
    loadOpen({ id })
    return records[id] and int(records[id], ATTEMPT) or 0
  end
  -- How the unfinished are counted.
  local PLACE = {
    w = 'waiting', d = 'waiting', p = 'waiting', r = 'retrying', q = 'retrying', a = 'running', l = 'running', h = 'held',
  }

  -- Puts an ended firing where its job finds it, and where those of all jobs are found; takes it away when there is no time.
  function Schedule.listEnded(id, record, letter, at)
    zput(key('e', letter .. ':' .. sub(id, 1, JOB_ID)), sub(id, JOB_ID + 2), at)
    zput(key('fired', CLASS[letter] .. ':' .. record[TYPE]), id, at)
    if letter == 'x' then count('died', record[TYPE], at and 1 or -1) end
  end

  function Schedule.firingMoved(id, record, from, to)
    local schedule, suffix = Schedule.of(sub(id, 1, JOB_ID)), sub(id, JOB_ID + 2)
    if not schedule then return end
    local before, after = PLACE[from], PLACE[to]
    schedule.moved[suffix] = open(record)
    Schedule.touch(schedule)
    if before == after then return end
    local time = Schedule.timeOf(suffix)
    if before then Schedule.bump(schedule, before, -1) end
    if after then Schedule.bump(schedule, after, 1) end
    if before == 'held' or after == 'held' then zput(key('held', schedule.job), suffix, after == 'held' and time or nil) end
    if not before then zput(key('open', schedule.job), suffix, time) end
    if not before and CLASS[from] then Schedule.listEnded(id, record, from, nil) end
    if not after then
      zput(key('open', schedule.job), suffix, nil)
      Schedule.listEnded(id, record, to, now)
      schedule.ends[to] = true
    end
  end

  function Schedule.firingGone(id, record)
    local schedule, suffix = Schedule.of(sub(id, 1, JOB_ID)), sub(id, JOB_ID + 2)
    if not schedule then return end
    zput(key('f', schedule.job), suffix, nil)
    if RETAIN[record[ST]] then Schedule.listEnded(id, record, record[ST], nil) end
    schedule.moved[suffix] = false
    Schedule.touch(schedule)
  end

  -- The oldest held one goes on when nothing else is unfinished.
  local function releaseHeld(schedule)
    if tonumber(schedule.held) == 0 or Schedule.unfinished(schedule) > tonumber(schedule.held) then return end
    local id = Schedule.firings(schedule, 'held', 0)[1]
    loadOpen({ id })
    local record = records[id]
    setStatus(id, record, 'w')
    enterLine(id, record, false)
    event('job.dispatched', id, record, int(record, ATTEMPT))
  end

  -- KEPT_FIRINGS of the port.
  local KEPT = { completed = 100, dead = 1000, cancelled = 100 }
  -- How many ended firings a job keeps, by status.
  local kept
  atStart(function() kept = nil end)

  local function keptFirings()
    if not kept then
      local caps = redis.call('HGET', META, 'firings')
      kept = caps and caps ~= '' and cjson.decode(caps) or KEPT
    end
    return kept
  end

  -- A cap that was lowered is reached in steps.
  local MOST_TRIMMED = 1000
  local function trim(schedule)
    for letter in pairs(schedule.ends) do
      local name = key('e', letter .. ':' .. schedule.job)
      flushZset(name)
      local over = math.min(MOST_TRIMMED, redis.call('ZCARD', name) - keptFirings()[CLASS[letter]])
      if over > 0 then
        local ids = redis.call('ZRANGE', name, 0, over - 1)
        for i = 1, #ids do ids[i] = Schedule.firing(schedule, ids[i]) end
        loadOpen(ids)
        for _, id in ipairs(ids) do
          if records[id] then removeListed(id, records[id]) end
        end
      end
    end
    schedule.ends = {}
  end

  -- Which firing says what of its job: the newest one that has it.
  local SAYS = {
    newest = function() return true end,
    -- A success clears the error; one that missed its start has an error without ever having run.
    error = function(record) return record[ERROR] ~= '' or record[LAST_RUN] ~= '' end,
    run = function(record) return record[LAST_RUN] ~= '' end,
    result = function(record) return RETAIN[record[ST]] ~= nil end,
  }

  local function findNewest(schedule, says)
    local name = key('f', schedule.job)
    flushZset(name)
    for from = 0, 10000, 100 do
      local suffixes, ids = redis.call('ZREVRANGE', name, from, from + 99), {}
      for i = 1, #suffixes do ids[i] = Schedule.firing(schedule, suffixes[i]) end
      loadOpen(ids)
      for i = 1, #ids do
        if records[ids[i]] and says(records[ids[i]]) then return suffixes[i] end
      end
      if #suffixes < 100 then break end
    end
    return ''
  end

  local function updateSources(schedule)
    for fact, says in pairs(SAYS) do
      local source, lost = schedule[fact], false
      for suffix, record in pairs(schedule.moved) do
        if record and says(record) then
          if source == '' or Schedule.timeOf(suffix) >= Schedule.timeOf(source) then source = suffix end
        elseif suffix == schedule[fact] then
          lost = true
        end
      end
      if lost and source == schedule[fact] then source = findNewest(schedule, says) end
      if source ~= schedule[fact] then Schedule.set(schedule, fact, source) end
    end
    schedule.moved = {}
  end

  local function derived(schedule)
    if schedule.paused ~= '' then return 'P' end
    if tonumber(schedule.running) > 0 then return 'L' end
    if tonumber(schedule.retrying) > 0 then return 'R' end
    return Schedule.unfinished(schedule) > 0 and 'W' or 'S'
  end

  -- Listings: recurring jobs that have not ended, by status.
  local function listJob(schedule, from, to)
    if from ~= to and CLASS[from] then zput(key('recurring', CLASS[from]), schedule.job, nil) end
    if not to then return end
    local score = to == 'S' and tonumber(schedule.next) or to == 'P' and NEVER or now
    if from ~= to or to == 'S' then zput(key('recurring', CLASS[to]), schedule.job, score) end
  end

  local function endJob(schedule, record)
    local id, letter = schedule.job, schedule.over
    listJob(schedule, record[ST], nil)
    zput(RECURRING, id, nil)
    freeUniqueKey(id, record)
    setStatus(id, record, letter)
    tellWatchers(id, record)
    event(letter == 'k' and 'job.cancelled' or 'job.completed', id, record, Schedule.attempt(schedule),
      letter == 'k' and record[CANCEL] or nil)
    local retain = retention(id, record, letter)
    if retain > 0 then return keep(id, record, '', retain) end
    schedule.gone = true
    remove(id, record, false)
  end

  local function settleJob(schedule)
    releaseHeld(schedule)
    trim(schedule)
    updateSources(schedule)
    loadOpen({ schedule.job })
    local record = records[schedule.job]
    if not record or RETAIN[record[ST]] then return end
    if schedule.over ~= '' and Schedule.unfinished(schedule) == 0 then return endJob(schedule, record) end
    local from, to = record[ST], derived(schedule)
    listJob(schedule, from, to)
    setStatus(schedule.job, record, to)
    if from ~= to then record[AT] = NOW end
    record[UPDATED] = NOW
  end

  -- Works out what follows from the moves of firings so far: for the firings that are held, for what is kept, for the job.
  function Schedule.settle()
    local i = 1
    while touchedInOrder[i] do
      local schedule = touchedInOrder[i]
      settleJob(schedule)
      touched[schedule] = nil
      i = i + 1
    end
    if i > 1 then touchedInOrder = {} end
  end

  -- Nothing is left to fire; the job ends with this letter when its last firing has.
  function Schedule.finish(schedule, record, letter)
    if schedule.over == '' then event('schedule.removed', schedule.job, record, Schedule.attempt(schedule)) end
    Schedule.set(schedule, 'over', letter)
    if schedule.paused ~= '' then Schedule.set(schedule, 'spans', Schedule.text(schedule, 'spans') .. NOW) end
    Schedule.set(schedule, 'paused', '')
    Schedule.set(schedule, 'next', '')
    Schedule.set(schedule, 'due', '')
    Schedule.place(schedule)
    Schedule.touch(schedule)
  end
end
