--- @include "call"
-- The small numbers of a partition: each is read when it is first asked for, all that changed are written at the end.
local DAY = 24 * 3600 * 1000
local META_DEFAULTS = { look = '', completedMs = 7 * DAY, deadMs = 30 * DAY, cancelledMs = 30 * DAY }
local meta, metaChanges

local function metaValue(field, text)
  if not text then return META_DEFAULTS[field] or 0 end
  return field == 'look' and text or tonumber(text)
end

local LAZY = {
  __index = function(values, field)
    local value = metaValue(field, redis.call('HGET', META, field))
    values[field] = value
    return value
  end,
}

atStart(function() meta, metaChanges = setmetatable({}, LAZY), {} end)

-- Reads what a script will surely ask for in one go.
local function readMeta(fields)
  for i, text in ipairs(redis.call('HMGET', META, unpack(fields))) do
    meta[fields[i]] = metaValue(fields[i], text)
  end
end

local function setMeta(field, value)
  meta[field] = value
  metaChanges[field] = value
end

local function saveMeta()
  local args = {}
  for field, value in pairs(metaChanges) do
    args[#args + 1] = field
    args[#args + 1] = value
  end
  if #args > 0 then redis.call('HSET', META, unpack(args)) end
end
