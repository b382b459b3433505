--- @include "keys"
-- What every call begins with: ARGV[1] the time (empty: the server's), ARGV[2] the lane (empty: none),
-- ARGV[3] number of the call, ARGV[4] number of the piece, ARGV[5] `1` when this is the only partition.
local unpack, concat, format = unpack, table.concat, string.format
local match, gmatch, sub, find = string.match, string.gmatch, string.sub, string.find

-- A lane is a field of `meta`, named `<caller>:<number>`; it holds `<time> <number>` and one line `<piece> <answer>` for each
-- piece answered under that number.
local SINGLE, INJECTED, now, NOW
-- Of the call that is carried out: name of its lane, its number, its piece, and what the lane held.
local laneName, callNumber, pieceNumber, lane

local function beginCall(name, number, piece, held)
  laneName, callNumber, pieceNumber = name, number, piece
  lane = name ~= '' and held or nil
end

-- The lanes of the call and of a second one in the same script, whose name stands at this place of ARGV; and behind them
-- fields of `meta` that a script will surely ask for. They are read in one go.
local secondLaneAt
local preloaded, preloadedValues = { '', '' }, nil
local function preload(fields)
  for _, field in ipairs(fields) do preloaded[#preloaded + 1] = field end
end

atStart(function()
  SINGLE, INJECTED = ARGV[5] == '1', ARGV[1] ~= ''
  if INJECTED then
    now = tonumber(ARGV[1])
  else
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  NOW = format('%.0f', now)
  preloaded[1], preloaded[2] = ARGV[2], secondLaneAt and ARGV[secondLaneAt] or ''
  preloadedValues = redis.call('HMGET', META, unpack(preloaded))
  beginCall(ARGV[2], ARGV[3], ARGV[4], preloadedValues[1])
end)

-- The answer of a call that was already carried out; 'superseded' for one that came too late; nil for a new one.
local function answered()
  if not lane then return nil end
  local number = tonumber(match(lane, '^%d+ (%d+)'))
  local mine = tonumber(callNumber)
  if mine < number then return 'superseded', '' end
  if mine > number then
    lane = nil
    return nil
  end
  local answer = match(lane, '\n' .. pieceNumber .. ' ([^\n]*)')
  if answer then return 'repeat', answer end
end

-- What the lane holds once this call has this answer (a text without line breaks), until it sends a later one.
local function laneAfter(answer)
  local pieces = lane and match(lane, '\n.*$') or ''
  return NOW .. ' ' .. callNumber .. pieces .. '\n' .. pieceNumber .. ' ' .. answer
end

-- A redis call with any number of arguments, in pieces that fit on the Lua stack; on one key if there is a `name`.
local MOST_ARGUMENTS = 2000
local function callMany(command, args, name)
  for i = 1, #args, MOST_ARGUMENTS do
    local last = math.min(i + MOST_ARGUMENTS - 1, #args)
    if name then redis.call(command, name, unpack(args, i, last)) else redis.call(command, unpack(args, i, last)) end
  end
end

-- A table for the next call: the same one if this call had no use for it.
local function emptied(collected)
  if collected and next(collected) == nil then return collected end
  return {}
end
