--- @include "lines"
-- How many jobs of a type may wait. Who waits for room is noted in `room:<type>`: channels on which it is told.
local Depth = {}
do
  -- type -> jobs of it that wait, with those of this very call.
  local waiting
  atStart(function() waiting = {} end)

  local function waitingOf(number)
    waiting[number] = waiting[number] or tonumber(redis.call('HGET', COUNTS, 'pending:' .. number)) or 0
    return waiting[number]
  end

  -- What holds for a type whose jobs are as many as may wait.
  function Depth.full(number)
    local setting = Flow.now().types[number]
    return setting and setting.maxDepth and waitingOf(number) >= setting.maxDepth and setting
  end

  -- One more waits, or one less.
  function Depth.count(number, by)
    if waiting[number] then waiting[number] = waiting[number] + by end
  end

  -- Members count, but neither firings nor what is retried.
  local function counts(id, record) return record[ST] == 'w' and #id == JOB_ID end

  -- Jobs looked at behind a head that does not count.
  local MOST_LOOKED_AT = 100

  -- The first of a line that counts; its hint is taken away if it is the head.
  local function firstOf(name)
    local id, record, list = Lines.head(name)
    if not id then return nil end
    if counts(id, record) then
      redis.call('LPOP', list)
      countStale(name, -1)
      return id, record
    end
    for _, kind in ipairs({ 'front', 'line' }) do
      for _, hint in ipairs(redis.call('LRANGE', key(kind, name), 0, MOST_LOOKED_AT - 1)) do
        local other, entry = readHint(hint)
        loadOpen({ other })
        if stands(records[other], entry) and counts(other, records[other]) then return other, records[other] end
      end
    end
  end

  local function linesOf(tier, number)
    local names = {}
    for _, member in ipairs(redis.call('ZRANGE', key('lines', tier .. ':' .. number), 0, -1)) do
      local version, keyed = match(member, '^([^:]*)(:?)$')
      local group = tier .. ':' .. number .. ':' .. version
      if keyed == '' then names[#names + 1] = group end
      local ring = redis.call('ZRANGE', key('keyed', group), 0, MOST_LOOKED_AT - 1)
      for _, concurrencyKey in ipairs(ring) do names[#names + 1] = group .. ':' .. concurrencyKey end
    end
    return names
  end

  -- The job that has to go for a new one of this line: its head, else that of the type's next line.
  function Depth.oldest(line, number)
    local id, record = firstOf(line)
    if id then return id, record end
    for _, tier in ipairs(Flow.now().order) do
      for _, name in ipairs(linesOf(tier.name, number)) do
        id, record = firstOf(name)
        if id then return id, record end
      end
    end
  end
end
