--- @include "cancel"
-- Creating the firings of recurring jobs, and writing down the times that are passed over.

Schedule.alsoRead({ 'extra', 'spans' })

-- RFC 3339, in UTC with milliseconds: days since 1970 as a date of the Gregorian calendar, counted from March.
local function rfc3339(ms)
  local days, rest = math.floor(ms / 86400000), ms % 86400000
  local shifted = days + 719468
  local era = math.floor(shifted / 146097)
  local dayOfEra = shifted - era * 146097
  local yearOfEra = math.floor((dayOfEra - math.floor(dayOfEra / 1460) + math.floor(dayOfEra / 36524)
    - math.floor(dayOfEra / 146096)) / 365)
  local dayOfYear = dayOfEra - (365 * yearOfEra + math.floor(yearOfEra / 4) - math.floor(yearOfEra / 100))
  local march = math.floor((5 * dayOfYear + 2) / 153)
  local month = march < 10 and march + 3 or march - 9
  local year = yearOfEra + era * 400 + (month <= 2 and 1 or 0)
  return format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year, month, dayOfYear - math.floor((153 * march + 2) / 5) + 1,
    math.floor(rest / 3600000), math.floor(rest / 60000) % 60, math.floor(rest / 1000) % 60, rest % 1000)
end

local fireAt, recordSkips
do
  -- What every firing of the job has beside payload and state; its last member, `headers`, is still open.
  local function extraOfFiring(schedule, id, at, late)
    local head = Schedule.text(schedule, 'extra')
    return head .. (sub(head, -1) == '{' and '' or ',') .. '"x-dureq-scheduled-at":"' .. rfc3339(at)
      .. '","x-dureq-firing-id":"' .. id .. '"' .. (late and ',"x-dureq-backfill":"true"' or '') .. '}}'
  end

  local function exists(id)
    if records[id] ~= nil then return records[id] ~= false end
    return redis.call('EXISTS', key('j', id)) == 1
  end

  -- What the overlap policy says of one more firing: `line`, `hold`, or why not.
  local function verdict(schedule)
    local policy = schedule.policy
    if policy == 'ALLOW_ALL' or Schedule.unfinished(schedule) == 0 then return 'line' end
    if policy == 'SKIP' then return 'overlap' end
    if policy == 'BUFFER_ONE' and tonumber(schedule.held) > 0 then return 'overlap' end
    if policy == 'BUFFER_ALL' and tonumber(schedule.held) >= tonumber(schedule.limit) then return 'buffer-full' end
    if policy ~= 'REPLACE' then return 'hold' end
    cancelFirings(schedule, 'open', '"replaced"')
    return Schedule.unfinished(schedule) == 0 and 'line' or 'hold'
  end

  local function create(schedule, suffix, late, hold)
    local id, at, job = Schedule.firing(schedule, suffix), Schedule.timeOf(suffix), definitionOf(schedule.job)
    local definition = {
      NOW, Schedule.OF_JOB, job[DEF_PRIORITY], '', extraOfFiring(schedule, id, at, late), job[DEF_TYPE], job[DEF_VERSION],
      format('%.0f', at), '',
    }
    definition.text = concat(definition, '\n')
    definitions[id] = definition
    newTexts[#newTexts + 1] = key('j', id)
    newTexts[#newTexts + 1] = definition.text
    local record = freshState(definition)
    record[ST], record[AT], record.open = '', NOW, true
    records[id] = record
    zput(key('f', schedule.job), suffix, at)
    setStatus(id, record, hold and 'h' or 'w')
    if hold then return 'h' end
    enterLine(id, record, false)
    event('job.dispatched', id, record, 0)
    return 'c'
  end

  -- Whether one of the planned skips lies between a row of skips and a later time.
  local function isBetween(planned, row, at)
    for _, other in ipairs(planned or NO_EXTRA) do
      if tonumber(other[1]) > tonumber(row[2]) and tonumber(other[1]) < at then return true end
    end
    return false
  end

  -- Fires one time, of which the overlap policy may make nothing: then it is added to `skipped`. Gives the letter of the
  -- outcome: c created, h held, s skipped, e existing.
  function fireAt(schedule, suffix, late, skipped)
    if exists(Schedule.firing(schedule, suffix)) then
      skipped.last = nil
      return 'e'
    end
    local way = verdict(schedule)
    if way == 'line' or way == 'hold' then
      skipped.last = nil
      return create(schedule, suffix, late, way == 'hold')
    end
    local at, row = Schedule.timeOf(suffix), skipped.last
    if row and row[4] == way and not isBetween(skipped.planned, row, at) then
      row[2], row[3] = format('%.0f', at), row[3] + 1
    else
      row = { format('%.0f', at), format('%.0f', at), 1, way }
      skipped.last = row
      skipped[#skipped + 1] = row
    end
    return 's'
  end

  -- MAX_SKIP_RECORDS of the port.
  local MOST_SKIPS = 100
  -- Adds skips to those of the schedule: rows of first, last, how many, and why. Tells of each reason once.
  function recordSkips(schedule, record, skipped)
    if #skipped == 0 then return end
    table.sort(skipped, function(a, b) return tonumber(a[1]) < tonumber(b[1]) end)
    local rows, told, times = {}, {}, tonumber(Schedule.text(schedule, 'skipped')) or 0
    for row in gmatch(Schedule.text(schedule, 'skips'), '[^\n]+') do rows[#rows + 1] = row end
    for _, row in ipairs(skipped) do
      rows[#rows + 1] = concat(row, '\t')
      times = times + row[3]
      if not told[row[4]] then
        told[row[4]] = true
        event('schedule.skipped', schedule.job, record, Schedule.attempt(schedule), '"' .. row[4] .. '"')
      end
    end
    Schedule.set(schedule, 'skips', concat(rows, '\n', math.max(1, #rows - MOST_SKIPS + 1)))
    Schedule.set(schedule, 'skipped', times)
  end
end

-- The rows of a text of skips.
local function readSkips(text)
  local rows = {}
  for from, to, times, reason in gmatch(text, '(%d+)\t(%d+)\t(%d+)\t([^\n]+)') do
    rows[#rows + 1] = { from, to, tonumber(times), reason }
  end
  return rows
end

-- Moves a schedule past `last`, to its next firing; spans of pausing that lie behind are forgotten.
local function moveOn(schedule, record, last, nextRunAt, dueAt)
  Schedule.raise(schedule)
  Schedule.set(schedule, 'last', last)
  local spans = {}
  for span in gmatch(Schedule.text(schedule, 'spans'), '[^,]+') do
    local to = tonumber(match(span, '-(%d+)$'))
    if not to or to > tonumber(last) then spans[#spans + 1] = span end
  end
  Schedule.set(schedule, 'spans', concat(spans, ','))
  if nextRunAt == '' then return Schedule.finish(schedule, record, 'c') end
  Schedule.set(schedule, 'next', nextRunAt)
  Schedule.set(schedule, 'due', dueAt)
  Schedule.place(schedule)
  Schedule.touch(schedule)
end

-- The schedule and record of a recurring job that has not ended.
local function recurringJob(job)
  loadOpen({ job })
  local record = records[job]
  if not record or not Schedule.isOf(record) then return nil end
  return Schedule.of(job), record
end
