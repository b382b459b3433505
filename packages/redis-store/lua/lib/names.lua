--- @include "meta"
-- Task types, versions and node ids are stored as small numbers; a name begins with its kind: t, v or n.
local numberOf
atStart(function() numberOf = emptied(numberOf) end)

--- @include "serve"
local function nameNumber(name)
  if numberOf[name] then return numberOf[name] end
  local number = redis.call('HGET', NAMES, name)
  if not number then
    number = tostring(meta.name + 1)
    setMeta('name', meta.name + 1)
    redis.call('HSET', NAMES, name, number)
    redis.call('HSET', NUMBERS, number, name)
    if sub(name, 1, 1) == 't' then introduceType(number, sub(name, 2)) end
  end
  numberOf[name] = number
  return number
end

local function nodeNumber(node)
  if not serving then recallServing() end
  local number = nodeNumbers[node]
  if not number then
    number = nameNumber('n' .. node)
    -- One that gets its number in this very call is remembered by the next.
    if not metaChanges.name then nodeNumbers[node] = number end
  end
  return number
end
