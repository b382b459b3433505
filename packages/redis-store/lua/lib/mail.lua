-- The mailbox of an instance is the list `m:<id>`. A message is a letter and its time, a line break, and what it says:
-- M JSON; S a signal, as it also stands among the pending ones: id, name (JSON), dedupe key (JSON) or '', payload; J the end of
-- a job: id, letter, task (JSON), error, why it was skipped, input to continue with (JSON texts or ''), output; B the same
-- of a job whose output has a key of its own. `mail:<queue>` holds the instances with mail, by when they can be received:
-- since their first message came, or when the lease is over.

do
  -- Texts for each mailbox, in order; and instances whose lease a commit has given up.
  local pushed, pushedInOrder, released
  atStart(function()
    pushed, pushedInOrder, released = emptied(pushed), emptied(pushedInOrder), emptied(released)
  end)

  function Instance.push(id, letter, text)
    local texts = pushed[id]
    if not texts then
      texts = {}
      pushed[id] = texts
      pushedInOrder[#pushedInOrder + 1] = id
    end
    texts[#texts + 1] = letter .. NOW .. '\n' .. text
  end

  -- Puts the end of a member into the mailbox of its instance.
  function Instance.jobEnded(id, record, letter, extra)
    local big = letter == 'c' and record[OUT] == '@'
    local err = letter == 'x' and record[ERROR] or letter == 'k' and record[CANCEL] or ''
    Instance.push(extra.owner, big and 'B' or 'J', concat({
      id, letter, cjson.encode(extra.task), err, record.skipped or '', record.continueAsNew or '',
      letter == 'c' and record[OUTPUT] or '',
    }, '\n'))
  end

  -- What this script has for the mailbox of one instance goes there now.
  function Instance.deliver(id)
    if not pushed[id] then return end
    callMany('RPUSH', pushed[id], key('m', id))
    pushed[id] = {}
  end

  -- The instance can be received again: at once if messages are left.
  function Instance.release(id) released[id] = true end

  -- When the first message of a mailbox came; nothing for an empty one.
  local function firstOf(id)
    local first = redis.call('LINDEX', key('m', id), 0)
    return first and match(first, '^%a(%d+)')
  end

  -- By queue: instances that get mail, with the time of their first message; those without any.
  local function listsOf(byQueue, head)
    local queue = Instance.queueOf(head)
    byQueue[queue] = byQueue[queue] or { fresh = {}, left = {}, empty = {} }
    return byQueue[queue]
  end

  local function append(list, at, id) list[#list + 1], list[#list + 2] = at, id end

  local function pushAll(byQueue)
    Instance.load(pushedInOrder)
    for _, id in ipairs(pushedInOrder) do
      local head = Instance.of(id)
      if head then
        callMany('RPUSH', pushed[id], key('m', id))
        if not released[id] then append(listsOf(byQueue, head).fresh, NOW, id) end
      end
    end
    pushed, pushedInOrder = {}, {}
  end

  -- Whether none of the instances that are released has mail, as when all were received whole.
  local function areEmpty()
    local boxes = {}
    for id in pairs(released) do boxes[#boxes + 1] = key('m', id) end
    return #boxes <= MOST_ARGUMENTS and redis.call('EXISTS', unpack(boxes)) == 0
  end

  local function releaseAll(byQueue)
    if next(released) == nil then return end
    local empty = areEmpty()
    for id in pairs(released) do
      local head, at = Instance.rest(id), nil
      if head and not empty then at = firstOf(id) end
      if at then
        append(listsOf(byQueue, head).left, at, id)
      elseif head then
        local list = listsOf(byQueue, head).empty
        list[#list + 1] = id
      end
    end
    released = {}
  end

  -- Messages of this script go to their mailboxes now.
  function Instance.flushMail()
    if #pushedInOrder == 0 and next(released) == nil then return end
    local byQueue = {}
    if #pushedInOrder > 0 then pushAll(byQueue) end
    releaseAll(byQueue)
    for queue, lists in pairs(byQueue) do
      local name, available = key('mail', queue), #lists.left / 2
      for i = 1, #lists.fresh, 2000 do
        available = available + redis.call('ZADD', name, 'NX', unpack(lists.fresh, i, math.min(i + 1999, #lists.fresh)))
      end
      callMany('ZADD', lists.left, name)
      callMany('ZREM', lists.empty, name)
      if available > 0 then wakeSets({ Instance.sleepers(queue) }, available, 'mail') end
    end
  end

  -- Where engines are marked as sleeping that ask for the mail of a queue, among the handler sets.
  function Instance.sleepers(queue) return 'mail:' .. queue end

  function Instance.flush()
    Instance.flushMail()
    Instance.flushHeads()
  end
end
