--- @include "lines"
--- @include "events"
-- Everything that ends a firing goes through `finish`; everything that forgets a job goes through `remove`.
local ended = {}

local RETAIN = { c = 'completedMs', x = 'deadMs', k = 'cancelledMs' }

local function endedSet(record)
  local own = extraOf(record).retainMs and 'own' or 'ended'
  return key(own, CLASS[record[ST]] .. ':' .. record[TYPE])
end

-- Takes every trace of an ended job away (I9); an id in a line is dropped by the claim that meets it.
-- `listed`: it already stands among the ended ones.
local function remove(id, record, listed)
  local extra = extraOf(record)
  if listed then
    zput(endedSet(record), id, nil)
    if extra.retainMs then zput(REMOVALS, id, nil) end
  end
  record.gone = true
  records[id] = false
  dirty[id] = nil
  deletions[#deletions + 1] = key('j', id)
  if record[SIZE] == '@' then deletions[#deletions + 1] = key('y', id) end
  if record[OUT] == '@' then deletions[#deletions + 1] = key('o', id) end
  if record[BEAT] ~= '' then deletions[#deletions + 1] = key('b', id) end
  if int(record, N) > 0 then deletions[#deletions + 1] = key('r', id) end
  if extra.requestId then
    local name = key('q', extra.requestId)
    if redis.call('GET', name) == id then
      redis.call('DEL', name)
      zput(REQUESTS, extra.requestId, nil)
    end
  end
  count(CLASS[record[ST]], record[TYPE], -1)
  if redis.call('HINCRBY', SEGMENTS, record[SEGMENT], -1) == 0 then
    redis.call('HDEL', SEGMENTS, record[SEGMENT])
    redis.call('DEL', key('seg', record[SEGMENT]))
  end
end

local function freeUniqueKey(id, record)
  local unique = extraOf(record).uniqueKey
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

-- Ends a firing: letter c, x or k. `run` is the status of the run that is kept as its last, '' for none; `leased`
-- whether it was leased until now.
local function finish(id, record, letter, run, leased)
  freeUniqueKey(id, record)
  setStatus(id, record, letter)
  record[AT] = NOW
  record[TOKEN], record[RESUME], record[MAX], record[LEASE] = '', '', '', ''
  record[RUN] = run
  tellWatchers(id, record)
  local err = letter == 'x' and record[ERROR] or letter == 'k' and record[CANCEL] or ''
  ended[#ended + 1] = concat({ id, CLASS[letter], record[TYPE], int(record, ATTEMPT), leased and record[N] or '', err }, '\t')
  local retain = extraOf(record).retainMs or meta[RETAIN[letter]]
  if retain == 0 then return remove(id, record, false) end
  zput(endedSet(record), id, now)
  if extraOf(record).retainMs then
    zput(REMOVALS, id, now + retain)
  elseif meta.sweepAt == 0 or now + retain < meta.sweepAt then
    setMeta('sweepAt', now + retain)
  end
end

-- The answer of scripts that end firings: the outcomes, then what ended.
local function endedAnswer(outcomes)
  return outcomes .. '\r' .. concat(ended, '\r')
end
