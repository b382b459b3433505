--- @include "keys"
-- What every call begins with: ARGV[1] the time (empty: the server's), ARGV[2] the lane (empty: none),
-- ARGV[3] number of the call, ARGV[4] number of the piece, ARGV[5] `1` when this is the only partition.
local SINGLE = ARGV[5] == '1'
local INJECTED = ARGV[1] ~= ''
local now
if INJECTED then
  now = tonumber(ARGV[1])
else
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local unpack, concat, format = unpack, table.concat, string.format
local match, gmatch, sub = string.match, string.gmatch, string.sub
local NOW = format('%.0f', now)

-- A lane holds `<time> <number>` and one line `<piece> <answer>` for each piece answered under that number.
local lane = ARGV[2] ~= '' and redis.call('HGET', LANES, ARGV[2]) or nil

-- The answer of a call that was already carried out; 'superseded' for one that came too late; nil for a new one.
local function answered()
  if not lane then return nil end
  local number = tonumber(match(lane, '^%d+ (%d+)'))
  local mine = tonumber(ARGV[3])
  if mine < number then return 'superseded', '' end
  if mine > number then
    lane = nil
    return nil
  end
  local answer = match(lane, '\n' .. ARGV[4] .. ' ([^\n]*)')
  if answer then return 'repeat', answer end
end

-- Keeps the answer (a text without line breaks) for as long as the lane sends no later call.
local function remember(answer)
  if ARGV[2] == '' then return end
  local pieces = lane and match(lane, '\n.*$') or ''
  redis.call('HSET', LANES, ARGV[2], format('%s %s%s\n%s %s', NOW, ARGV[3], pieces, ARGV[4], answer))
end

-- A redis call with any number of arguments, in pieces that fit on the Lua stack.
local function callMany(command, name, args, step)
  local size = step or 2000
  for i = 1, #args, size do
    redis.call(command, name, unpack(args, i, math.min(i + size - 1, #args)))
  end
end
