--- @include "call"
-- The small numbers of a partition: each is read when it is first asked for, all that changed are written at the end.
local DAY = 24 * 3600 * 1000
local META_DEFAULTS = { look = '', completedMs = 7 * DAY, deadMs = 30 * DAY, cancelledMs = 30 * DAY }
local meta, metaChanges

local function metaValue(field, text)
  if not text or text == '' then return META_DEFAULTS[field] or 0 end
  return field == 'look' and text or tonumber(text)
end

local LAZY = {
  __index = function(values, field)
    local value = metaValue(field, redis.call('HGET', META, field))
    values[field] = value
    return value
  end,
}

atStart(function()
  meta, metaChanges = setmetatable({}, LAZY), {}
  for i = 3, #preloaded do meta[preloaded[i]] = metaValue(preloaded[i], preloadedValues[i]) end
end)

local function setMeta(field, value)
  meta[field] = value
  metaChanges[field] = value
end

-- The answer of the call is kept in its lane.
local function keepAnswer(answer)
  if answer and laneName ~= '' then metaChanges[laneName] = laneAfter(answer) end
end

local function saveMeta()
  local args = {}
  for field, value in pairs(metaChanges) do
    args[#args + 1] = field
    args[#args + 1] = value
  end
  if #args > 0 then redis.call('HSET', META, unpack(args)) end
end
