--- @include "cancel"
--- @include "groups"
-- Removing instances. The head goes at once and with it everything that has no record of its own, so that nobody finds the
-- instance, its members or what stands below it any more; these are taken away in slices (`gone`), whenever `advance` comes by: there
-- is no hurry that should hold up claims.
do
  local function dropTimers(id)
    local timers = key('tm', id)
    for _, name in ipairs(redis.call('SMEMBERS', timers)) do zput(TIMERS, id .. '\t' .. name, nil) end
    redis.call('DEL', timers)
  end

  -- Takes all timers of an instance away.
  function Instance.dropTimers(id, head)
    if not Instance.hasFlag(head, 't') then return end
    dropTimers(id)
    Instance.unflag(head, 't')
  end

  -- A removed instance is not found by its request any more.
  local function freeRequest(id, head)
    local request = head[H_REQUEST]
    if request == '' or redis.call('GET', key('iq', request)) ~= id then return end
    redis.call('DEL', key('iq', request))
    zput(INSTANCE_REQUESTS, request, nil)
  end

  local function dropHead(id, head)
    Instance.list(id, head, -1)
    if head[H_KIND] == 'group' then Instance.close(id, head) else Instance.useDefinition(head[H_HASH], -1) end
    Instance.dropTimers(id, head)
    freeRequest(id, head)
    zput(key('mail', Instance.queueOf(head)), id, nil)
    zput(key('over', head[H_STATUS]), id, nil)
    local keys = {}
    for _, kind in ipairs({ 'in', 'io', 'p', 'm', 'sg', 'sp', 'sk', 'w', 'late' }) do keys[#keys + 1] = key(kind, id) end
    for set in gmatch(head[H_SETS], '[^\t]+') do keys[#keys + 1] = key('pm', id .. ':' .. set) end
    if Instance.hasFlag(head, 's') then
      for _, set in ipairs(redis.call('SMEMBERS', key('ps', id))) do keys[#keys + 1] = key('pm', id .. ':' .. set) end
      keys[#keys + 1] = key('ps', id)
    end
    if Instance.hasFlag(head, 'a') then keys[#keys + 1] = key('ia', id) end
    -- However much they hold: it is freed behind the scenes.
    callMany('UNLINK', keys)
    Instance.forget(id)
  end

  -- Takes away an instance that has neither members nor children.
  Instance.vanish = dropHead

  local function dropOwner(id, head)
    dropHead(id, head)
    zput(GONE, id, now)
  end

  -- An order to remove an instance. Those at the top alone are removed, and what stands below them with them.
  function Instance.remove(id)
    local head = Instance.of(id)
    if not head then return 'unknown' end
    if head[H_PARENT] ~= '' then return 'owned:' .. head[H_PARENT] end
    if not Instance.RETENTION[head[H_STATUS]] then return 'refused:' .. head[H_STATUS] end
    dropOwner(id, head)
    return 'done'
  end

  -- Mail that nobody consumes keeps an instance that has ended for so long, in ms.
  local MAIL_KEEPS = 60000

  -- Whether an ended instance is not to go yet: it has mail; or jobs that were enqueued with its end, or that of one below it, or
  -- instances below it that were taken out of their end, have not ended.
  function Instance.isUnderWay(id)
    local head = Instance.of(id)
    if not head then return false end
    if head[H_COMPLETED] + MAIL_KEEPS > now and redis.call('EXISTS', key('m', id)) == 1 then return true end
    local late = redis.call('LRANGE', key('late', id), 0, -1)
    load(late)
    for _, member in ipairs(late) do
      if records[member] then
        if not RETAIN[records[member][ST]] then return true end
      else
        local below = Instance.rest(member)
        if below and not Instance.RETENTION[below[H_STATUS]] then return true end
      end
    end
    return false
  end

  local function removeMember(id, record)
    if RETAIN[record[ST]] then return removeListed(id, record) end
    if CLASS[record[ST]] == 'running' then lift(id, record) else withdraw(id, record) end
    remove(id, record, false)
  end

  local function removeChildren(id, limit)
    local children = redis.call('LPOP', key('kids', id), limit) or NO_EXTRA
    Instance.load(children)
    for _, child in ipairs(children) do
      local head = Instance.rest(child)
      if head then dropOwner(child, head) end
    end
    return #children
  end

  local function removeMembers(id, limit)
    local members = redis.call('LPOP', key('mem', id), limit) or NO_EXTRA
    loadOpen(members)
    for _, member in ipairs(members) do
      if records[member] then removeMember(member, records[member]) end
    end
    return #members
  end

  -- Takes up to `limit` children and members of an instance away that is gone. Says how many those were.
  function Instance.removeRest(id, limit)
    local removed = removeChildren(id, limit)
    if removed < limit then removed = removed + removeMembers(id, limit - removed) end
    if removed < limit then zput(GONE, id, nil) end
    return removed
  end

  -- A draft may be sent again after its instance was removed.
  function Instance.purge(id)
    while Instance.removeRest(id, 1000) == 1000 do end
  end
end
