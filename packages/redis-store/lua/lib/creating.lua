--- @include "removing"
--- @include "enlisting"
--- @include "parts"
--- @include "timers"
-- New instances. Arguments of each: id, kind, name, hash of the definition, its text or '' when it came before, state, input or
-- '', parent or '', task of the parent (JSON), instance it continues or '', request id (JSON) or '', `1` when more parts follow, and
-- then four lists, each behind its length: three of parts (lib/parts.lua), and the names of the items in them; and the jobs it
-- begins with (lib/enlisting.lua).
do
  local REQUEST_MS = 24 * 3600 * 1000
  local FIXED = 12
  local BEGINNINGS = { workflow = 'workflow.started', batch = 'batch.started' }

  -- Kept by what a JSON text says, not as the jobs' are: the same request id may be one of both.
  local requests
  -- Texts of definitions this call has brought, by hash.
  local texts
  atStart(function() requests, texts = {}, {} end)

  local function ofRequest(request)
    if requests[request] then return requests[request] end
    local expires = redis.call('ZSCORE', INSTANCE_REQUESTS, request)
    return expires and tonumber(expires) > now and redis.call('GET', key('iq', request))
  end

  local function takeRequest(id, request)
    redis.call('SET', key('iq', request), id)
    requests[request] = id
    zput(INSTANCE_REQUESTS, request, now + REQUEST_MS)
  end

  -- Signals that are pending, and dedupe keys, go on with the instance that goes on.
  local function inheritSignals(id, from)
    for _, kind in ipairs({ 'sg', 'sp', 'sk' }) do
      if redis.call('EXISTS', key(kind, from)) == 1 then redis.call('RENAME', key(kind, from), key(kind, id)) end
    end
  end

  local function rootOf(parent)
    local head = parent ~= '' and Instance.of(parent)
    return head and head[H_ROOT] ~= '' and head[H_ROOT] or parent
  end

  local function store(id, from)
    local kind, name, hash, state = ARGV[from + 1], ARGV[from + 2], ARGV[from + 3], ARGV[from + 5]
    local input, parent, task, continued = ARGV[from + 6], ARGV[from + 7], ARGV[from + 8], ARGV[from + 9]
    if texts[hash] then
      redis.call('SET', key('d', hash), texts[hash], 'NX')
      texts[hash] = nil
    end
    Instance.useDefinition(hash, 1)
    if input ~= '' then
      newTexts[#newTexts + 1] = key('in', id)
      newTexts[#newTexts + 1] = input
    end
    if parent ~= '' then redis.call('RPUSH', key('kids', parent), id) end
    if continued ~= '' then inheritSignals(id, continued) end
    local head = {
      kind, nameNumber('i' .. name), 'running', '1', hash, NOW, NOW, '', parent, task, rootOf(parent), continued, '', '',
      input ~= '' and 'i' or '', '', ARGV[from + 10], '0', '', state,
    }
    if ARGV[from + 11] == '1' then Instance.stayOpen(id, head) end
    Instance.writeParts(id, head)
    Instance.addNames(id, head, Arguments.texts())
    Instance.changed(id, head)
    Instance.list(id, head, 1)
    addEvent(BEGINNINGS[kind], id, Instance.tail(id))
    if not Instance.begin(id, head) then Instance.push(id, 'M', '{"kind":"started"}') end
  end

  -- Passes over what was not read of an instance that is not stored.
  local function skipRest()
    for _, size in ipairs({ 2, 1, 3, 1 }) do Arguments.list(size) end
    for _ = 1, Arguments.take() do
      Arguments.skip(1)
      Arguments.list(1)
    end
  end

  -- Stores the instance that the next arguments describe; gives the id of the one that was stored before.
  function Instance.create()
    local from = Arguments.skip(FIXED)
    local id, request = ARGV[from], ARGV[from + 10]
    if ARGV[from + 4] ~= '' then texts[ARGV[from + 3]] = ARGV[from + 4] end
    local other = request ~= '' and ofRequest(request) or Instance.rest(id) and id
    if other then
      skipRest()
      return other
    end
    if redis.call('ZSCORE', GONE, id) then Instance.purge(id) end
    if request ~= '' then takeRequest(id, request) end
    store(id, from)
  end
end
