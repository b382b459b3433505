--- @include "meta"
-- Which handler sets can run a type: hash `serve:<type>` maps set -> `<version>\t<lease>\t<attempts>\t<name>`.
-- A set is stored as lines of the same form, one per handler.

-- The handlers of a set: `exact`, name -> line, and `patterns`, prefix and line of each.
local function handlersOf(set)
  local exact, patterns = {}, {}
  for line in gmatch(set, '[^\n]+') do
    local name = match(line, '([^\t]*)$')
    if sub(name, -1) == '*' then
      patterns[#patterns + 1] = { prefix = sub(name, 1, -2), line = line }
    else
      exact[name] = line
    end
  end
  return { exact = exact, patterns = patterns }
end

-- The line of the handler that takes a task type: its exact name, else the longest matching prefix.
local function handlerLine(handlers, taskType)
  local best = handlers.exact[taskType]
  if best then return best end
  local bestLength = -1
  for _, pattern in ipairs(handlers.patterns) do
    local length = #pattern.prefix
    if length > bestLength and sub(taskType, 1, length) == pattern.prefix then
      best, bestLength = pattern.line, length
    end
  end
  return best
end

local handlersChanged

-- Makes types that are stored for the first time known to the sets that can run them.
local introduceType
do
  local known
  atStart(function() known = nil end)

  local function everySet()
    local sets = redis.call('HGETALL', SETS)
    for i = 2, #sets, 2 do sets[i] = handlersOf(sets[i]) end
    return sets
  end

  function introduceType(number, taskType)
    known = known or everySet()
    for i = 1, #known, 2 do
      local line = handlerLine(known[i + 1], taskType)
      if line then redis.call('HSET', key('serve', number), known[i], line) end
    end
    handlersChanged()
  end
end

-- Handlers seldom change, so what was read of them outlives the call, here in the server: for each key space the
-- handlers of its types as they were at one value of `served`, which every change raises, and the numbers of names,
-- which never change.
local serving, numbers, recalled
atStart(function() serving = nil end)

local rememberedSpace
do
  local remembered, spaces = {}, 0
  local MOST_SPACES = 64

  function rememberedSpace()
    local space = remembered[BASE]
    if space and space.served == meta.served then return space end
    if spaces == MOST_SPACES then remembered, spaces = {}, 0 end
    if not remembered[BASE] then spaces = spaces + 1 end
    space = { served = meta.served, serving = {}, numbers = {} }
    remembered[BASE] = space
    return space
  end
end

-- What is read after a change of this very call is not remembered: nobody knows yet whether it will be carried out.
local function recallServing()
  recalled = metaChanges.served and { serving = {}, numbers = {} } or rememberedSpace()
  serving, numbers = recalled.serving, recalled.numbers
end

-- Where what was read of the flow is remembered, too.
local function recalledSpace()
  if not serving then recallServing() end
  return recalled
end

-- Also after everything was flushed no value comes twice: the first one is the time.
function handlersChanged()
  setMeta('served', meta.served == 0 and now * 1000 or meta.served + 1)
  serving = nil
end

-- set -> { version, lease, attempts, name } for a type.
local function servers(number)
  if not serving then recallServing() end
  local found = serving[number]
  if found then return found end
  found = {}
  local flat = redis.call('HGETALL', key('serve', number))
  for i = 1, #flat, 2 do
    local version, lease, attempts, name = match(flat[i + 1], '^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$')
    found[flat[i]] = { version = version, lease = tonumber(lease), attempts = tonumber(attempts), name = name }
  end
  serving[number] = found
  return found
end

-- A handler with a version takes only work of its version or of none.
local function compatible(handlerVersion, version)
  return handlerVersion == '' or version == '' or handlerVersion == version
end
