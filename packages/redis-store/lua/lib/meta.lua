--- @include "call"
-- The small numbers of a partition, read once and written once per script.
local DAY = 24 * 3600 * 1000
local META_FIELDS = {
  'event', 'created', 'turn', 'name', 'epoch', 'high', 'normal', 'low', 'look', 'lookAt', 'dueAt', 'sweepAt', 'lanesAt',
  'completedMs', 'deadMs', 'cancelledMs',
}
local META_DEFAULTS = { look = '', completedMs = 7 * DAY, deadMs = 30 * DAY, cancelledMs = 30 * DAY }
local meta, metaChanges = {}, {}
do
  local values = redis.call('HMGET', META, unpack(META_FIELDS))
  for i, field in ipairs(META_FIELDS) do
    local value = values[i]
    if value and field ~= 'look' then value = tonumber(value) end
    meta[field] = value or META_DEFAULTS[field] or 0
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
