--- @include "meta"
-- Task types, versions and node ids are stored as small numbers; a name begins with its kind: t, v or n.
-- Numbers this very call has given; later ones remember them beyond the call.
local numberOf
atStart(function() numberOf = emptied(numberOf) end)

--- @include "serve"
local function giveNumber(name)
  local number = tostring(meta.name + 1)
  setMeta('name', meta.name + 1)
  redis.call('HSET', NAMES, name, number)
  redis.call('HSET', NUMBERS, number, name)
  if sub(name, 1, 1) == 't' then introduceType(number, sub(name, 2)) end
  numberOf[name] = number
  return number
end

local function nameNumber(name)
  if numberOf[name] then return numberOf[name] end
  if not serving then recallServing() end
  local number = numbers[name]
  if number then return number end
  number = redis.call('HGET', NAMES, name)
  if not number then return giveNumber(name) end
  numbers[name] = number
  return number
end
