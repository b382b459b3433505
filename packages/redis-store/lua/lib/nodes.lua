--- @include "commit"
--- @include "node-events"
-- A node is kept as
-- `<! when its crash was told><started at>\t<handler set>\t<1 when draining>\t<last heartbeat>\t<info>`.

local function readNode(node)
  local text = redis.call('HGET', NODES, node)
  if not text then return nil end
  local crashed, startedAt, set, draining, beat, info =
    match(text, '^(!?)(%d*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$')
  return { crashed = crashed, startedAt = startedAt, set = set, draining = draining, beat = beat, info = info }
end

local function writeNode(node, it)
  redis.call('HSET', NODES, node, concat({ it.crashed .. it.startedAt, it.set, it.draining, it.beat, it.info }, '\t'))
end

local function knownTypes()
  local types, flat = {}, redis.call('HGETALL', NUMBERS)
  for i = 1, #flat, 2 do
    if sub(flat[i + 1], 1, 1) == 't' then types[flat[i]] = sub(flat[i + 1], 2) end
  end
  return types
end

local function forgetSet(set)
  redis.call('HDEL', SETS, set)
  handlersChanged()
  for number in pairs(knownTypes()) do redis.call('HDEL', key('serve', number), set) end
  for _, tier in ipairs(Flow.now().order) do redis.call('DEL', key('ring', set .. ':' .. tier.name)) end
  redis.call('DEL', key('asleep', set))
  Unserved.noteAll()
end

local function leaveSet(node, set)
  if set == '' then return end
  redis.call('ZREM', key('asleep', set), node)
  redis.call('SREM', key('members', set), node)
  if redis.call('EXISTS', key('members', set)) == 0 then forgetSet(set) end
end

local function dropNode(node, it)
  redis.call('HDEL', NODES, node)
  redis.call('ZREM', NODE_TTL, node)
  redis.call('DEL', key('wake', node))
  leaveSet(node, it.set)
end
