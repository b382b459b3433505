--- @include "removing"
--- @include "acts"
-- Messages from outside and between instances. Arguments of each: receiver, statuses it may have (joined by commas), status it takes on or
-- '', event or '', text of the message, for a signal its id and its dedupe key behind a `k`, else '' and '', and its kind and who sent it (JSON) with a tab between
-- them, or ''. The text is JSON, or of a signal what lib/mail.lua says.
do
  Instance.SEND_ARGUMENTS = 8
  -- MAX_PENDING_SIGNALS and SIGNAL_DEDUPE_MS of the port.
  local MOST_SIGNALS, DEDUPE_MS = 10000, 30 * DAY

  -- Adds a signal to the pending ones; says what stands in the way.
  local function addSignal(to, id, dedupe, text)
    local pending, keys = key('sg', to), key('sk', to)
    if dedupe ~= '' then
      redis.call('ZREMRANGEBYSCORE', keys, '-inf', format('%.0f', now - DEDUPE_MS))
      if redis.call('ZSCORE', keys, dedupe) then return 'duplicate' end
    end
    if redis.call('ZCARD', pending) >= MOST_SIGNALS then return 'full' end
    if dedupe ~= '' then redis.call('ZADD', keys, NOW, dedupe) end
    local last = redis.call('ZRANGE', pending, -1, -1, 'WITHSCORES')
    redis.call('ZADD', pending, (tonumber(last[2]) or 0) + 1, id)
    redis.call('HSET', key('sp', to), id, 'S' .. NOW .. '\n' .. text)
  end

  -- Takes an instance out of its end. One that stands below another is noted at the top of its family, which is not removed before.
  local function reopen(id, head)
    zput(key('over', head[H_STATUS]), id, nil)
    if head[H_ROOT] ~= '' then redis.call('RPUSH', key('late', head[H_ROOT]), id) end
    if Instance.hasFlag(head, 'o') then
      deletions[#deletions + 1] = key('io', id)
      Instance.unflag(head, 'o')
    end
    head[H_COMPLETED], head[H_ERROR] = '', ''
  end

  local function become(id, head, status)
    if Instance.RETENTION[head[H_STATUS]] then reopen(id, head) end
    Instance.become(id, head, status)
    head[H_VERSION] = format('%.0f', head[H_VERSION] + 1)
    Instance.changed(id, head)
  end

  -- Sends the message whose arguments begin there, and says what became of it.
  function Instance.send(from)
    local to, status, kind, text, signal = ARGV[from], ARGV[from + 2], ARGV[from + 3], ARGV[from + 4], ARGV[from + 5]
    local act = ARGV[from + 7]
    local head = Instance.of(to)
    if not head then return 'unknown' end
    if not find(',' .. ARGV[from + 1] .. ',', ',' .. head[H_STATUS] .. ',', 1, true) then
      return 'refused:' .. head[H_STATUS] .. ':' .. head[H_TO]
    end
    local why = signal ~= '' and addSignal(to, signal, ARGV[from + 6], text)
    if why then return why end
    if status ~= '' then become(to, head, status) end
    Instance.push(to, signal ~= '' and 'S' or 'M', text)
    if act ~= '' then Acts.noteMessage(to, head, act) end
    if kind ~= '' then addEvent(kind, to, Instance.tail(to)) end
    return 'recorded'
  end
end
