--- @include "storing"
--- @include "instances"
--- @include "arguments"
-- The jobs of instances. Arguments: in how many rows of one spec (lib/storing.lua) they come, and of each row the spec, three times
-- the number of its jobs, and of each job: extra of a member, or of a task of this very workflow its name (JSON), or '', id, payload.
do
  -- A job of its own may have been stored before, or be a duplicate.
  local function createOther(id, spec, payload)
    if redis.call('EXISTS', BASE .. 'j:' .. id) == 1 then return end
    if spec.extra ~= NO_EXTRA and Storing.existing(spec.extra) then return end
    Storing.create(id, spec, payload)
  end

  local function hasEnded(status) return Instance.RETENTION[status] ~= nil end

  -- Whether the instance at the top of the family has ended: this one was retried since.
  local function hasOutlivedRoot(head)
    if head[H_ROOT] == '' then return false end
    local root = Instance.of(head[H_ROOT])
    return root and hasEnded(root[H_STATUS])
  end

  -- Stores jobs in a row of one spec; members are added to these. Gives the number of their type.
  local function enqueueRow(before, members)
    local spec = Storing.spec(Arguments.take())
    local from, last = Arguments.list(1)
    for i = from, last, 3 do
      local extra, id = ARGV[i], ARGV[i + 1]
      if extra == '' then
        createOther(id, spec, ARGV[i + 2])
      elseif sub(extra, 1, 1) == '"' then
        Storing.create(id, spec, ARGV[i + 2], before, extra .. '}')
        members[#members + 1] = id
      else
        Storing.create(id, spec, ARGV[i + 2], extra)
        members[#members + 1] = id
      end
    end
    return spec[TYPE]
  end

  -- Notes whose these are; those enqueued with the end of their instance or later, its hooks, also at the top of its family, which
  -- is not removed before; so is what is enqueued when the top has ended.
  local function note(id, head, members, status)
    callMany('RPUSH', members, key('mem', id))
    if not hasEnded(status) and not hasEnded(head[H_STATUS]) and not hasOutlivedRoot(head) then return end
    callMany('RPUSH', members, key('late', head[H_ROOT] ~= '' and head[H_ROOT] or id))
  end

  -- Enqueues the next jobs. `status`: what the step gives the instance.
  function Instance.enlist(id, head, status)
    local rows = tonumber(Arguments.take())
    if rows == 0 then return end
    local members, before = {}, '{"workflowId":"' .. id .. '","workflowTask":'
    for _ = 1, rows do enqueueRow(before, members) end
    note(id, head, members, status)
  end

  -- Has a new workflow begin with the next jobs, if there are any, and tells of its tasks.
  function Instance.begin(id, head)
    local rows = tonumber(Arguments.take())
    if rows == 0 then return false end
    local members, tails, before = {}, {}, '{"workflowId":"' .. id .. '","workflowTask":'
    for _ = 1, rows do
      local tail = Instance.tail(id, enqueueRow(before, members))
      for i = #tails + 1, #members do tails[i] = tail end
    end
    for i = 1, #members do addEvent('workflow.task.dispatched', members[i], tails[i]) end
    note(id, head, members, head[H_STATUS])
    return true
  end
end
