--- @include "lines"
--- @include "events"
--- @include "instances"
--- @include "marks"
--- @include "filed"
--- @include "tags"
-- Everything that ends a firing goes through `finish`; everything that forgets a job goes through `remove`.
local ended
atStart(function() ended = emptied(ended) end)

local RETAIN = { c = 'completedMs', x = 'deadMs', k = 'cancelledMs' }

-- How long a job is kept that ends with this letter, in ms. Of the firings of a recurring job a number is kept: see
-- firings.lua. A member goes with its instance.
local function retention(id, record, letter)
  if #id > JOB_ID then return NEVER end
  local extra = extraOf(id, record)
  if extra.owner then return NEVER end
  return extra.retainMs or meta[RETAIN[letter]]
end

local function endedSet(id, record)
  local extra = extraOf(id, record)
  local own = (extra.retainMs or extra.owner) and 'own' or 'ended'
  return key(own, CLASS[record[ST]] .. ':' .. record[TYPE])
end

-- Takes an ended job out of the set it is found in.
local function leaveEnded(id, record)
  Filed.ended(id, open(record), -1)
  if #id > JOB_ID then return end
  zput(endedSet(id, record), id, nil)
  if extraOf(id, record).retainMs then zput(REMOVALS, id, nil) end
end

-- The firings of a job that is gone are removed by `advance`, in slices.
function Schedule.leaveFirings(id, record)
  local schedule, dead = Schedule.of(id), key('e', 'x:' .. id)
  if schedule then count('ran', record[TYPE], -(tonumber(schedule.ran) or 0)) end
  flushZset(dead)
  count('died', record[TYPE], -redis.call('ZCARD', dead))
  deletions[#deletions + 1] = key('h', id)
  zput(LEFTOVERS, id, now)
  noteDue(now)
end

-- Takes every trace of an ended job away (I9); an id in a line is dropped by the claim that meets it.
-- `onlyRun`: it never ran before its last run, so no other run is filed.
local function remove(id, record, onlyRun)
  local extra = extraOf(id, record)
  deletions[#deletions + 1] = BASE .. 'j:' .. id
  deletions[#deletions + 1] = BASE .. 's:' .. id
  if not onlyRun then
    deletions[#deletions + 1] = key('r', id)
    if Filed.has(record) then Filed.count(id, record, -Filed.dropEntries(id)) end
  end
  if sub(record[FLAGS], -1) == 'b' then deletions[#deletions + 1] = key('y', id) end
  if record[FLAGS] ~= '' then
    Marks.dropAll(id, record)
    if isKeyed(record) then Slots.gone(id, record) end
  end
  if record[BEAT] ~= '' then deletions[#deletions + 1] = key('b', id) end
  if record.open and record[OUT] == '@' then deletions[#deletions + 1] = key('o', id) end
  if extra.requestId then
    local name = key('q', extra.requestId)
    if redis.call('GET', name) == id then
      redis.call('DEL', name)
      zput(REQUESTS, extra.requestId, nil)
    end
  end
  if #id > JOB_ID then
    Schedule.firingGone(id, record)
  else
    Tags.leave(id, extra)
    count(CLASS[record[ST]], record[TYPE], -1)
    segments[record[SEGMENT]] = (segments[record[SEGMENT]] or 0) - 1
    if record[FLAGS] ~= '' and Schedule.isOf(record) then Schedule.leaveFirings(id, record) end
  end
  records[id] = false
  dirty[id] = nil
end

-- Removes a job that stands among the ended ones.
local function removeListed(id, record)
  leaveEnded(id, record)
  remove(id, open(record), false)
end

local function freeUniqueKey(id, record)
  local unique = extraOf(id, record).uniqueKey
  if unique and redis.call('GET', key('u', unique)) == id then redis.call('DEL', key('u', unique)) end
end

local function tellWatchers(id, record)
  if record[WATCH] == '' then return end
  record[WATCH] = ''
  local list = key('w', id)
  for _, channel in ipairs(redis.call('SMEMBERS', list)) do
    redis.call('PUBLISH', channel, id .. ' ' .. CLASS[record[ST]])
  end
  redis.call('DEL', list)
end

-- Something may be removed from `at` on.
local function sweepBy(at)
  if meta.sweepAt == 0 or at < meta.sweepAt then setMeta('sweepAt', at) end
end

local function keep(id, record, run, retain)
  record[AT], record[TOKEN], record[SINCE], record[MAX], record[LEASE] = NOW, '', '', '', ''
  record[RUN], record[UPDATED] = run, ''
  Filed.ended(id, record, 1)
  if #id > JOB_ID then return end
  zput(endedSet(id, record), id, now)
  local extra = extraOf(id, record)
  if extra.retainMs then
    zput(REMOVALS, id, now + retain)
  elseif not extra.owner then
    sweepBy(now + retain)
  end
end

-- Ends a firing: letter c, x or k. `run` is the status of the run that is kept as its last, '' for none; `leased`
-- whether it was leased until now.
local function finish(id, record, letter, run, leased)
  if record[FLAGS] ~= '' then
    freeUniqueKey(id, record)
    if letter == 'c' then Marks.drop(id, record, 'm') end
    local extra = extraOf(id, record)
    if extra.owner then Instance.jobEnded(id, open(record), letter, extra) end
  end
  setStatus(id, record, letter)
  tellWatchers(id, record)
  local err = letter == 'x' and record[ERROR] or letter == 'k' and record[CANCEL] or ''
  ended[#ended + 1] = id .. '\t' .. CLASS[letter] .. '\t' .. record[TYPE] .. '\t' .. record[ATTEMPT] .. '\t'
    .. (leased and record[N] or '') .. '\t' .. err
  local retain = retention(id, record, letter)
  if retain > 0 then return keep(id, open(record), run, retain) end
  remove(id, record, leased and record[N] == '1')
end

-- The end of the answer of scripts that end firings: what ended.
local function endedText()
  return #ended > 0 and '\r' .. concat(ended, '\r') or ''
end
