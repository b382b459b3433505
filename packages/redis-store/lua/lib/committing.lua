--- @include "storing"
--- @include "creating"
--- @include "sending"
--- @include "signals"
-- One step of an instance. Arguments: id, version, messages consumed, status, state, output or '', error (JSON) or '', instance it goes
-- on as or '', and then nine lists, each behind its length:
--   parts to write: name, text;  parts to take away: name;  marks: set, order or '', name;
--   jobs: spec (lib/storing.lua), extra, id, payload;  jobs to cancel: id, reason (JSON) or '';
--   instances (lib/creating.lua);  messages (lib/sending.lua);  timers: name, when it is due or '';
--   signals consumed: id;  events: type, job, task type or '', error (JSON) or ''.
do
  -- Where the next argument stands.
  local at
  local function take()
    at = at + 1
    return ARGV[at - 1]
  end

  -- Arguments from here on that make up a list of items of this size, and where they end.
  local function list(size)
    local from = at + 1
    at = from + size * ARGV[at]
    return from, at - 1
  end

  local function writeParts(id)
    local name = key('p', id)
    local from, last = list(2)
    for i = from, last, 2000 do redis.call('HSET', name, unpack(ARGV, i, math.min(i + 1999, last))) end
    from, last = list(1)
    for i = from, last, 2000 do redis.call('HDEL', name, unpack(ARGV, i, math.min(i + 1999, last))) end
  end

  -- The head is rewritten by every commit, so it holds a few names only: those of more sets, one for each signal that is waited
  -- for, stand in a key of their own.
  local MOST_NAMES = 200

  local function noteSet(id, head, set)
    if find('\t' .. head[H_SETS] .. '\t', '\t' .. set .. '\t', 1, true) then return end
    if #head[H_SETS] + #set > MOST_NAMES then
      redis.call('SADD', key('ps', id), set)
      return Instance.flag(head, 's')
    end
    head[H_SETS] = head[H_SETS] == '' and set or head[H_SETS] .. '\t' .. set
  end

  local function writeMarks(id, head)
    local from, last = list(3)
    local names = {}
    for i = from, last, 3 do
      local set = ARGV[i]
      if not names[set] then
        names[set] = key('pm', id .. ':' .. set)
        noteSet(id, head, set)
      end
      zput(names[set], ARGV[i + 2], tonumber(ARGV[i + 1]))
    end
  end

  local function hasEnded(status) return Instance.RETENTION[status] ~= nil end

  -- Whether the instance at the top of the family has ended: this one was retried since.
  local function hasOutlivedRoot(head)
    if head[H_ROOT] == '' then return false end
    local root = Instance.of(head[H_ROOT])
    return root and hasEnded(root[H_STATUS])
  end

  -- `status`: what the step gives the instance. What is enqueued with its end or later, its hooks, is noted at the top of its
  -- family, which is not removed before; so is what is enqueued when the top has ended.
  local function enqueue(id, head, status)
    local from, last = list(4)
    local members = {}
    for i = from, last, 4 do
      Storing.create(ARGV[i + 2], Storing.spec(ARGV[i]), ARGV[i + 3], ARGV[i + 1])
      members[#members + 1] = ARGV[i + 2]
    end
    callMany('RPUSH', members, key('mem', id))
    if not hasEnded(status) and not hasEnded(head[H_STATUS]) and not hasOutlivedRoot(head) then return end
    callMany('RPUSH', members, key('late', head[H_ROOT] ~= '' and head[H_ROOT] or id))
  end

  local function cancelJobs()
    local from, last = list(2)
    local ids = {}
    for i = from, last, 2 do ids[#ids + 1] = ARGV[i] end
    loadOpen(ids)
    for i = from, last, 2 do
      local record = records[ARGV[i]]
      if record and not RETAIN[record[ST]] then cancelFiring(ARGV[i], record, ARGV[i + 1]) end
    end
  end

  local function setTimers(id, head)
    local from, last = list(2)
    for i = from, last, 2 do
      local name, due = ARGV[i], tonumber(ARGV[i + 1])
      zput(TIMERS, id .. '\t' .. name, due)
      if due then
        redis.call('SADD', key('tm', id), name)
        Instance.flag(head, 't')
        noteDue(due)
      elseif Instance.hasFlag(head, 't') then
        redis.call('SREM', key('tm', id), name)
      end
    end
  end

  local function tell(id)
    local from, last = list(4)
    local name, tail
    for i = from, last, 4 do
      if ARGV[i + 2] ~= name or ARGV[i + 3] ~= '' then
        name = ARGV[i + 2]
        tail = Instance.tail(id, name ~= '' and nameNumber('t' .. name) or '', ARGV[i + 3])
        if ARGV[i + 3] ~= '' then name = nil end
      end
      addEvent(ARGV[i], ARGV[i + 1], tail)
    end
  end

  local function tellEnd(id, head)
    if not Instance.hasFlag(head, 'w') then return end
    Instance.unflag(head, 'w')
    local list = key('w', id)
    for _, channel in ipairs(redis.call('SMEMBERS', list)) do
      redis.call('PUBLISH', channel, id .. ' ' .. head[H_STATUS])
    end
    redis.call('DEL', list)
  end

  local function endInstance(id, head, from)
    local output = ARGV[from + 5]
    if output ~= '' then
      newTexts[#newTexts + 1] = key('io', id)
      newTexts[#newTexts + 1] = output
      Instance.flag(head, 'o')
    end
    head[H_COMPLETED], head[H_ERROR], head[H_TO] = NOW, ARGV[from + 6], ARGV[from + 7]
    Instance.dropTimers(id, head)
    tellEnd(id, head)
    if head[H_PARENT] ~= '' then return end
    zput(key('over', head[H_STATUS]), id, now)
    sweepBy(now + meta[Instance.RETENTION[head[H_STATUS]]])
  end

  -- What has ended stays as it ended.
  local function writeHead(id, head, from)
    head[H_VERSION], head[H_STATE] = format('%.0f', head[H_VERSION] + 1), ARGV[from + 4]
    if not Instance.RETENTION[head[H_STATUS]] then
      Instance.become(id, head, ARGV[from + 3])
      if Instance.RETENTION[head[H_STATUS]] then endInstance(id, head, from) end
    end
    Instance.changed(id, head)
  end

  -- Whether all signals a step consumes are still pending; then they are no more.
  local function takeSignals(id, from, last)
    if last < from then return true end
    local signals = {}
    for i = from, last do signals[#signals + 1] = ARGV[i] end
    for _, text in ipairs(Instance.pending(id, signals)) do
      if not text then return false end
    end
    Instance.dropSignals(id, signals)
    return true
  end

  -- Carries out the step whose arguments begin there.
  function Instance.commit(from)
    local id, head = ARGV[from], Instance.of(ARGV[from])
    if not head then return 'u' end
    Instance.release(id)
    at = from + 8
    if head[H_VERSION] ~= ARGV[from + 1] or not takeSignals(id, list(1)) then return 'x' end
    Instance.deliver(id)
    if ARGV[from + 2] ~= '0' then redis.call('LTRIM', key('m', id), ARGV[from + 2], -1) end
    writeParts(id)
    writeMarks(id, head)
    enqueue(id, head, ARGV[from + 3])
    cancelJobs()
    local first, last = list(Instance.NEW_ARGUMENTS)
    for i = first, last, Instance.NEW_ARGUMENTS do Instance.create(i) end
    first, last = list(Instance.SEND_ARGUMENTS)
    for i = first, last, Instance.SEND_ARGUMENTS do Instance.send(i) end
    writeHead(id, head, from)
    setTimers(id, head)
    tell(id)
    return 'c'
  end
end
