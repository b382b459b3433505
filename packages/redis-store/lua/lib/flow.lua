--- @include "serve"
-- What the settings say of the flow of work: tiers, limits, rates, pauses. It is parsed once per value of `served`, which every
-- change of the settings raises, and kept in the server like what is known of handlers.
local Flow = {}
-- The slots of concurrency keys, types and tiers: lib/slots.lua.
local Slots = {}
-- Work nobody serves: lib/unserved.lua.
local Unserved = {}
-- Lines of jobs: lib/lines.lua. The parts of the name of one are its tier, type and version, and its concurrency key or ''.
local Lines = {}
function Lines.parts(name)
  local tier, number, version, rest = match(name, '^([^:]*):([^:]*):([^:]*)(.*)$')
  return tier, number, version, sub(rest, 2)
end
do
  local DEFAULT_TIERS = {
    { name = 'high', minPriority = 8, weight = 10 },
    { name = 'normal', minPriority = 3, weight = 5 },
    { name = 'low', minPriority = 1, weight = 1 },
  }
  -- Of a job whose priority text names no tier.
  local function defaultTier(priority) return priority >= 8 and 'high' or priority >= 3 and 'normal' or 'low' end

  -- Tiers that are not in the settings any more and may have work.
  local function takenOut(tiers)
    local out = {}
    for _, field in ipairs(redis.call('HKEYS', COUNTS)) do
      local name = match(field, '^line:([^:]*):')
      if name and not tiers[name] and not out[name] then
        out[name] = { name = name, weight = 1 }
        out[#out + 1] = out[name]
      end
    end
    return out
  end

  local function limitsByNumber(types)
    local limits = {}
    for _, setting in ipairs(types) do
      local number = redis.call('HGET', NAMES, 't' .. setting.taskType)
      if number then limits[number] = setting end
    end
    return limits
  end

  local function limitsByKey(settings)
    local limits = {}
    for _, setting in ipairs(settings) do limits[setting.key] = setting end
    return limits
  end

  -- For each priority what follows it in the text of a job that enters a line.
  local function suffixes(tiers)
    local found = {}
    for priority = 1, 10 do
      for i = #tiers, 1, -1 do
        if tiers[i].minPriority <= priority then found[priority] = tiers[i].name end
      end
      found[priority] = found[priority] == defaultTier(priority) and '' or '~' .. found[priority]
    end
    return found
  end

  local function parse(text)
    local given = text and text ~= '' and cjson.decode(text) or {}
    local flow = {
      tiers = given.tiers or DEFAULT_TIERS,
      byName = {},
      types = limitsByNumber(given.types or {}),
      keys = limitsByKey(given.keys or {}),
      unservedMs = given.unservedMs,
      order = {},
      -- Types with a greatest depth.
      depths = {},
    }
    for number, setting in pairs(flow.types) do
      if setting.maxDepth then flow.depths[#flow.depths + 1] = number end
    end
    for _, setting in pairs(flow.keys) do flow.keyRates = flow.keyRates or setting.rate end
    for _, tier in ipairs(flow.tiers) do
      tier.isLimited = tier.maxRunning or tier.rate
      flow.byName[tier.name] = tier
      flow.order[#flow.order + 1] = tier
    end
    for _, tier in ipairs(takenOut(flow.byName)) do
      flow.byName[tier.name] = tier
      flow.order[#flow.order + 1] = tier
    end
    flow.suffixes = suffixes(flow.tiers)
    flow.isDefault = not given.tiers and #flow.order == 3
    return flow
  end

  -- What holds now.
  function Flow.now()
    local space = recalledSpace()
    if not space.flow then space.flow = parse(redis.call('HGET', META, 'flow')) end
    return space.flow
  end

  -- Tells who waits for room in the lines of a type that there may be some now.
  function Flow.roomIn(number)
    local list, name = key('room', number), redis.call('HGET', NUMBERS, number)
    local channels = redis.call('SMEMBERS', list)
    for _, channel in ipairs(channels) do redis.call('PUBLISH', channel, 'room ' .. sub(name, 2)) end
    if #channels > 0 then redis.call('DEL', list) end
  end

  -- The tier a priority text names: `<priority>`, and `~<tier>` where that is not the one it belongs to by default.
  function Flow.tierOf(priority)
    return match(priority, '~(.*)$') or defaultTier(tonumber(priority))
  end

  -- The text of a job that enters a line now.
  function Flow.entering(priority)
    local number = match(priority, '^%d+')
    return number .. Flow.now().suffixes[tonumber(number)]
  end
end
