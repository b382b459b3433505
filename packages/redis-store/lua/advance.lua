#!lua flags=allow-oom
-- Moves on what time alone moves, and clears away what is over.
-- KEYS: the fixed keys
-- ARGV: the call, 6 the limit, 7 `1` in the partition that tells of nodes
-- Returns { 'ok', answer, wakes }; the answer is `<moved>,<now>,<next due>,<version of the settings>`, then
-- what ended
--- @include "time"
--- @include "unserved-ends"
--- @include "nodes"
--- @include "rebuild"
--- @include "leftovers"
--- @include "removing"
--- @include "caps"
local LIMIT, PRIMARY
atStart(function() LIMIT, PRIMARY = tonumber(ARGV[6]), ARGV[7] == '1' end)

-- Takes away what is over. Says how much that was.
local clearAway
-- When retention goes on that had more to remove than it may at once; nothing when it had not.
local retentionGoesOnAt
do
  local function forgetRequests(name, kind)
    local requests = due(name, LIMIT)
    for _, request in ipairs(requests) do redis.call('DEL', key(kind, request)) end
    callMany('ZREM', requests, name)
    return #requests
  end

  local function removeOwn()
    return each(REMOVALS, LIMIT, removeListed)
  end

  -- Ids of a set by end time that are kept no longer; and when the next one will be, if any.
  local function outlived(name, retain, limit)
    local last = format('%.0f', now - retain)
    local ids = redis.call('ZRANGEBYSCORE', name, '-inf', last, 'LIMIT', 0, limit)
    local first = redis.call('ZRANGEBYSCORE', name, '(' .. last, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    return ids, first[2] and first[2] + retain
  end

  local function sweepJobs(name, retain, limit)
    local ids, nextAt = outlived(name, retain, limit)
    loadOpen(ids)
    for _, id in ipairs(ids) do
      if records[id] then removeListed(id, records[id]) else zput(name, id, nil) end
    end
    return #ids, nextAt
  end

  -- One whose hooks are under way is looked at again after this time, in ms.
  local HOOKS_TAKE = 5000

  local function sweepInstances(name, retain, limit)
    local ids, nextAt = outlived(name, retain, limit)
    local removed = 0
    Instance.load(ids)
    for _, id in ipairs(ids) do
      if Instance.isUnderWay(id) then
        zput(name, id, now - retain + HOOKS_TAKE)
        nextAt = math.min(nextAt or math.huge, now + HOOKS_TAKE)
      else
        if Instance.remove(id) ~= 'done' then zput(name, id, nil) end
        removed = removed + 1
      end
    end
    if #ids == limit then nextAt = now end
    return removed, nextAt
  end

  local ENDED = { completed = true, dead = true, cancelled = true }

  -- Whoever has set a shorter retention waits for nothing, so that what there is to do besides comes first: in a ms so many jobs are
  -- removed, or twice as many as have ended meanwhile.
  local REMOVED_PER_MS = 10
  -- The longest pause after a slice, in ms.
  local LONGEST_PAUSE = 1000

  -- When to go on after a full slice. `ended`: how many ended jobs there were before it.
  local function pace(removed, ended)
    local arrived = math.max(0, ended - meta.sweptLeft) / math.max(1, now - meta.sweptAt)
    setMeta('sweptLeft', ended - removed)
    setMeta('sweptAt', now)
    return now + math.min(LONGEST_PAUSE, math.ceil(removed / math.max(REMOVED_PER_MS, 2 * arrived)))
  end

  function retentionGoesOnAt()
    local isPaced = meta.sweptAt > 0 and meta.sweepAt > now and meta.sweepAt <= meta.sweptAt + LONGEST_PAUSE
    return isPaced and meta.sweepAt or nil
  end

  -- The sets of ended jobs that have a retention by default, as fields of `counts`, and how many jobs stand there.
  local function endedSets()
    local fields, jobs, flat = {}, 0, redis.call('HGETALL', COUNTS)
    for i = 1, #flat, 2 do
      if ENDED[match(flat[i], '^[^:]*')] then fields[#fields + 1], jobs = flat[i], jobs + flat[i + 1] end
    end
    return fields, jobs
  end

  -- Retention, over the sets of ended jobs and instances; `sweepAt` is when the first of them may go.
  local function sweep()
    if meta.sweepAt == 0 or meta.sweepAt > now then return 0 end
    local removed, nextAt = 0, 0
    local fields, ended = endedSets()
    local function go(sweepSet, name, retain)
      if removed >= LIMIT then return end
      local some, at = sweepSet(name, retain, LIMIT - removed)
      removed = removed + some
      if at and (nextAt == 0 or at < nextAt) then nextAt = at end
    end
    for _, field in ipairs(fields) do go(sweepJobs, key('ended', field), meta[match(field, '^[^:]*') .. 'Ms']) end
    if removed >= LIMIT then
      setMeta('sweepAt', pace(removed, ended))
      return removed
    end
    for status, field in pairs(Instance.RETENTION) do go(sweepInstances, key('over', status), meta[field]) end
    if removed < LIMIT then setMeta('sweepAt', nextAt) end
    return removed
  end

  local function dropLeftovers()
    local removed = 0
    for _, job in ipairs(due(LEFTOVERS, LIMIT)) do
      if removed == LIMIT then break end
      removed = removed + removeLeftovers(job, LIMIT - removed)
    end
    return removed
  end

  -- What is left of removed instances.
  local function dropRest()
    local removed = 0
    while removed < LIMIT do
      flushZset(GONE)
      local id = redis.call('ZRANGE', GONE, 0, 0)[1]
      if not id then break end
      removed = removed + Instance.removeRest(id, LIMIT - removed)
    end
    return removed
  end

  local function dropNodes()
    local names = due(NODE_TTL, LIMIT)
    for _, name in ipairs(names) do
      local node = readNode(name)
      if PRIMARY and node.crashed == '' then nodeEvent('node.crash_detected', name) end
      dropNode(name, node)
    end
    return #names
  end

  local function dropLocks()
    local flat, dropped = redis.call('HGETALL', LOCKS), 0
    for i = 1, #flat, 2 do
      local owner, expires = match(flat[i + 1], '^%d+\t(%d+)\t(.*)$')
      owner, expires = expires, owner
      if tonumber(expires) <= now then
        redis.call('HDEL', LOCKS, flat[i])
        if flat[i] == 'leader' then nodeEvent('leader.lost', owner) end
        dropped = dropped + 1
      end
    end
    return dropped
  end

  local LANE_SILENCE, LANE_ROUND = 600000, 60000
  local function dropLanes()
    if meta.lanesAt > now then return end
    local flat, silent = redis.call('HGETALL', META), {}
    for i = 1, #flat, 2 do
      local last = string.find(flat[i], ':', 1, true) and match(flat[i + 1], '^%d+')
      if last and tonumber(last) < now - LANE_SILENCE then silent[#silent + 1] = flat[i] end
    end
    callMany('HDEL', silent, META)
    Days.dropOld()
    setMeta('lanesAt', now + LANE_ROUND)
  end

  local function dropOldEvents()
    local entries, keep = redis.call('XRANGE', EVENTS, '-', '+', 'COUNT', 100), nil
    for _, entry in ipairs(entries) do
      if tonumber(entry[2][2]) > now - DAY then break end
      keep = match(entry[1], '^%d+') + 1
    end
    if keep then redis.call('XTRIM', EVENTS, 'MINID', format('%.0f', keep)) end
  end

  function clearAway()
    local cleared = forgetRequests(REQUESTS, 'q') + forgetRequests(INSTANCE_REQUESTS, 'iq') + removeOwn() + sweep()
    cleared = cleared + Caps.enforce(LIMIT)
    cleared = cleared + dropLeftovers() + dropRest() + dropNodes() + dropLocks()
    dropLanes()
    dropOldEvents()
    return cleared
  end
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local moved = moveTime(LIMIT)
  moved = moved + Buckets.wake(LIMIT) + Unserved.sweep(LIMIT)
  moved = moved + clearAway() + rebuildLines(LIMIT)
  Buckets.clear(LIMIT)
  Schedule.settle()
  flushLines()
  flushStates()
  setMeta('dueAt', Caps.isOver() and now or nextDue())
  earliest = nil
  local dueAt = math.min(meta.dueAt > 0 and meta.dueAt or math.huge, retentionGoesOnAt() or math.huge)
  local dueText = dueAt < math.huge and format('%.0f', dueAt) or ''
  return commit(concat({ moved, NOW, dueText, redis.call('HGET', META, 'settings') or 0 }, ',') .. endedText())
end
