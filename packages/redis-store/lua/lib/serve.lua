--- @include "call"
-- Which handler sets can run a type: hash `serve:<type>` maps set -> `<version>\t<lease>\t<attempts>\t<name>`.
-- A set is stored as lines of the same form, one per handler.

-- The line of the handler that takes a task type: its exact name, else the longest matching prefix.
local function handlerLine(set, taskType)
  local best, bestLength = nil, -1
  for line in gmatch(set, '[^\n]+') do
    local name = match(line, '([^\t]*)$')
    if name == taskType then return line end
    if sub(name, -1) == '*' then
      local prefix = sub(name, 1, -2)
      if #prefix > bestLength and sub(taskType, 1, #prefix) == prefix then
        best, bestLength = line, #prefix
      end
    end
  end
  return best
end

-- Makes a type that is stored for the first time known to the sets that can run it.
local function introduceType(number, taskType)
  local sets = redis.call('HGETALL', SETS)
  for i = 1, #sets, 2 do
    local line = handlerLine(sets[i + 1], taskType)
    if line then redis.call('HSET', key('serve', number), sets[i], line) end
  end
end

local serving
atStart(function() serving = emptied(serving) end)

-- set -> { version, lease, attempts, name } for a type.
local function servers(number)
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
