--- @include "creating"
--- @include "sending"
--- @include "signals"
--- @include "parts"
--- @include "timers"
-- One step of an instance. Arguments: id, version, messages consumed, status, state, output or '', error (JSON) or '', instance it goes
-- on as or '', input or '', `1` when it is to be gone, queue or '', and then nine lists, each behind its length:
--   signals consumed: id;  three of parts (lib/parts.lua);  jobs (lib/enlisting.lua);  jobs to cancel: id, reason (JSON) or '';
--   instances (lib/creating.lua);  messages (lib/sending.lua);  timers: name, when it is due or '';  events: type, jobs (joined by commas), task type or '', error (JSON) or '', progress (JSON) or ''.
do
  local list = Arguments.list

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
    for i = from, last, 2 do Instance.setTimer(id, head, ARGV[i], tonumber(ARGV[i + 1])) end
  end

  local function tell(id)
    local from, last = list(5)
    for i = from, last, 5 do
      local name = ARGV[i + 2]
      local tail = Instance.tail(id, name ~= '' and nameNumber('t' .. name) or '', ARGV[i + 3], ARGV[i + 4])
      for job in gmatch(ARGV[i + 1], '[^,]+') do addEvent(ARGV[i], job, tail) end
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

  local function replaceInput(id, head, input)
    if input == '' then return end
    newTexts[#newTexts + 1] = key('in', id)
    newTexts[#newTexts + 1] = input
    Instance.flag(head, 'i')
  end

  local function moveMail(id, head, queue)
    if queue == '' or queue == Instance.queueOf(head) then return end
    zput(key('mail', Instance.queueOf(head)), id, nil)
    head[H_QUEUE] = queue
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
  local function takeSignals(id)
    local signals = Arguments.texts()
    if #signals == 0 then return true end
    for _, text in ipairs(Instance.pending(id, signals)) do
      if not text then return false end
    end
    Instance.dropSignals(id, signals)
    return true
  end

  local function createAll()
    for _ = 1, Arguments.take() do Instance.create() end
  end

  local function sendAll()
    local from, last = list(Instance.SEND_ARGUMENTS)
    for i = from, last, Instance.SEND_ARGUMENTS do Instance.send(i) end
  end

  -- Carries out the step whose arguments begin there.
  function Instance.commit(from)
    local id, head = ARGV[from], Instance.of(ARGV[from])
    if not head then return 'u' end
    Instance.release(id)
    Arguments.from(from + 11)
    if head[H_VERSION] ~= ARGV[from + 1] or not takeSignals(id) then return 'x' end
    Instance.deliver(id)
    if ARGV[from + 2] ~= '0' then redis.call('LTRIM', key('m', id), ARGV[from + 2], -1) end
    Instance.writeParts(id, head)
    Instance.enlist(id, head, ARGV[from + 3])
    cancelJobs()
    createAll()
    sendAll()
    replaceInput(id, head, ARGV[from + 8])
    moveMail(id, head, ARGV[from + 10])
    writeHead(id, head, from)
    setTimers(id, head)
    tell(id)
    if ARGV[from + 9] == '1' then Instance.vanish(id, head) end
    return 'c'
  end
end
