-- The fixed keys of one partition, in the order of `fixedKeys` in src/keys.ts. Every script is given all of
-- them, so that a script in a migrating slot fails before its first write, never after it.
local META, NAMES, NUMBERS, COUNTS, SCHEDULED
local RETRY_DUE, RETRYING, PAUSED, LEASES, STARTS
local EVENTS, LANES, SEGMENTS, REQUESTS, REMOVALS
local NODES, NODE_TTL, SETS, LOCKS, STALE

-- All other keys of the partition begin like the first one.
local BASE
local function key(kind, name) return BASE .. kind .. ':' .. name end

atStart(function()
  META, NAMES, NUMBERS, COUNTS, SCHEDULED = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
  RETRY_DUE, RETRYING, PAUSED, LEASES, STARTS = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
  EVENTS, LANES, SEGMENTS, REQUESTS, REMOVALS = KEYS[11], KEYS[12], KEYS[13], KEYS[14], KEYS[15]
  NODES, NODE_TTL, SETS, LOCKS, STALE = KEYS[16], KEYS[17], KEYS[18], KEYS[19], KEYS[20]
  BASE = string.sub(META, 1, -5)
end)
