--- @include "lines"
--- @include "events"
-- What scripts do with instances, as one table, because a Lua function has at most 200 local names. The head of an instance is
-- the string `i:<id>`: its fields by line, and then its state; see docs/redis-layout.md.
local Instance = {}

--- @fields H_KIND H_NAME H_STATUS H_VERSION H_HASH H_CREATED H_UPDATED H_COMPLETED H_PARENT H_PARENT_TASK H_ROOT H_FROM H_TO H_ERROR H_FLAGS H_SETS H_REQUEST H_SIZE H_QUEUE H_STATE
do
  local PATTERN = '^' .. string.rep('([^\n]*)\n', 19) .. '()'

  -- Retention by how an instance has ended.
  Instance.RETENTION = { completed = 'completedMs', continued = 'completedMs', failed = 'deadMs', cancelled = 'cancelledMs' }

  -- Heads as they are, also of instances nobody finds any more; changed ones; listed ones by kind, status and name.
  local heads, changed, counted, definitionUses
  atStart(function()
    heads, changed = emptied(heads), emptied(changed)
    counted, definitionUses = emptied(counted), emptied(definitionUses)
  end)

  -- The state is by far the longest field and seldom asked for, so it is left in the text.
  local function take(id, text)
    if not text then return end
    local head = { match(text, PATTERN) }
    head.text, head.stateAt, head[H_STATE] = text, head[H_STATE], nil
    heads[id] = head
  end

  -- Knows instances, and the ones at the top of those they stand below.
  function Instance.load(ids)
    fetch('i', ids, heads, take)
    local roots = {}
    for _, id in ipairs(ids) do
      local head = heads[id]
      if head and head[H_ROOT] ~= '' then roots[#roots + 1] = head[H_ROOT] end
    end
    if #roots > 0 then fetch('i', roots, heads, take) end
  end

  -- The head of an instance; false for one that is not there, or whose topmost ancestor was removed and which goes with it.
  function Instance.of(id)
    if heads[id] == nil then Instance.load({ id }) end
    local head = heads[id]
    if head and head[H_ROOT] ~= '' then
      if heads[head[H_ROOT]] == nil then Instance.load({ id }) end
      if not heads[head[H_ROOT]] then return false end
    end
    return head
  end

  -- The head even if nobody finds it any more.
  function Instance.rest(id)
    if heads[id] == nil then Instance.load({ id }) end
    return heads[id]
  end

  -- The head as it is stored.
  function Instance.textOf(head) return head.text or concat(head, '\n') end

  -- Has a head written that tells nobody of a change.
  function Instance.write(id, head)
    head[H_STATE] = head[H_STATE] or sub(head.text, head.stateAt)
    head.text = nil
    heads[id], changed[id] = head, head
  end

  function Instance.changed(id, head)
    head[H_UPDATED] = NOW
    Instance.write(id, head)
  end

  function Instance.hasFlag(head, flag) return find(head[H_FLAGS], flag, 1, true) ~= nil end

  function Instance.flag(head, flag)
    if not Instance.hasFlag(head, flag) then head[H_FLAGS] = head[H_FLAGS] .. flag end
  end

  function Instance.unflag(head, flag) head[H_FLAGS] = string.gsub(head[H_FLAGS], flag, '') end

  -- What follows the id in the line of an event of an instance: only a workflow is named there.
  function Instance.tail(id, taskType, err, progress)
    local head = heads[id]
    local workflow = head and head[H_KIND] == 'workflow' and id or ''
    return concat({ '', '', taskType or '', '', err or '', '', workflow, progress }, '\t')
  end

  -- Where the mail of an instance waits.
  function Instance.queueOf(head) return head[H_QUEUE] ~= '' and head[H_QUEUE] or head[H_KIND] end

  -- Lists an instance by its status, or takes it off. Groups have as many names as there are groups, so they are listed
  -- together as well, and not counted by name.
  function Instance.list(id, head, by)
    local status, score = head[H_KIND] .. ':' .. head[H_STATUS] .. ':', by > 0 and tonumber(head[H_CREATED]) or nil
    local place = status .. head[H_NAME]
    zput(key('list', place), id, score)
    if head[H_KIND] == 'group' then
      zput(key('list', status), id, score)
    else
      counted[place] = (counted[place] or 0) + by
    end
  end

  function Instance.become(id, head, status)
    if head[H_STATUS] == status then return end
    Instance.list(id, head, -1)
    head[H_STATUS] = status
    Instance.list(id, head, 1)
  end

  -- One instance more, or less, is of this definition, which goes with the last one.
  function Instance.useDefinition(hash, by) definitionUses[hash] = (definitionUses[hash] or 0) + by end

  function Instance.forget(id)
    heads[id], changed[id] = false, nil
    deletions[#deletions + 1] = key('i', id)
  end

  function Instance.flushHeads()
    for id, head in pairs(changed) do
      newTexts[#newTexts + 1] = key('i', id)
      newTexts[#newTexts + 1] = Instance.textOf(head)
    end
    addTo(INSTANCES, counted)
    addTo(DEFINITIONS, definitionUses, function(hash) redis.call('DEL', key('d', hash)) end)
    changed, counted, definitionUses = emptied(changed), emptied(counted), emptied(definitionUses)
  end
end

--- @include "mail"
