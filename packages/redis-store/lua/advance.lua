#!lua flags=allow-oom
-- Moves on what time alone moves, and clears away what is over.
-- KEYS: the fixed keys
-- ARGV: the call, 6 the limit, 7 `1` in the partition that tells of nodes
-- Returns { 'ok', answer, wakes }; the answer is `<moved>,<now>,<next due>,<version of the settings>`, then
-- what ended
--- @include "time"
--- @include "nodes"
--- @include "rebuild"
--- @include "leftovers"
local LIMIT, PRIMARY
atStart(function() LIMIT, PRIMARY = tonumber(ARGV[6]), ARGV[7] == '1' end)

-- Takes away what is over. Says how much that was.
local clearAway
do
  local function forgetRequests()
    local requests = due(REQUESTS, LIMIT)
    for _, request in ipairs(requests) do redis.call('DEL', key('q', request)) end
    callMany('ZREM', requests, REQUESTS)
    return #requests
  end

  local function removeOwn()
    return each(REMOVALS, LIMIT, removeListed)
  end

  -- Retention, over the sets of ended jobs; `sweepAt` is when the first of them may go.
  local function sweep()
    if meta.sweepAt == 0 or meta.sweepAt > now then return 0 end
    local removed, nextAt = 0, 0
    for _, field in ipairs(redis.call('HKEYS', COUNTS)) do
      local retain = meta[match(field, '^[^:]*') .. 'Ms']
      if retain and removed < LIMIT then
        local name = key('ended', field)
        local ids = redis.call('ZRANGEBYSCORE', name, '-inf', format('%.0f', now - retain), 'LIMIT', 0, LIMIT - removed)
        loadOpen(ids)
        for _, id in ipairs(ids) do
          if records[id] then removeListed(id, records[id]) else zput(name, id, nil) end
        end
        removed = removed + #ids
        local first = redis.call('ZRANGEBYSCORE', name, '(' .. format('%.0f', now - retain), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
        if first[2] and (nextAt == 0 or first[2] + retain < nextAt) then nextAt = first[2] + retain end
      end
    end
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
    local cleared = forgetRequests() + removeOwn() + sweep() + dropLeftovers() + dropNodes() + dropLocks()
    dropLanes()
    dropOldEvents()
    return cleared
  end
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local moved = moveTime(LIMIT)
  moved = moved + clearAway() + rebuildLines(LIMIT)
  Schedule.settle()
  flushLines()
  flushStates()
  setMeta('dueAt', nextDue())
  earliest = nil
  local dueText = meta.dueAt > 0 and format('%.0f', meta.dueAt) or ''
  return commit(concat({ moved, NOW, dueText, redis.call('HGET', META, 'settings') or 0 }, ',') .. endedText())
end
