--- @include "meta"
-- What was executed today, by UTC days of the store's time: `days` holds `<day>` runs that succeeded, `<day>f` attempts that failed,
-- `<day>r` leases that were taken back.
local Days = {}
do
  local counted
  atStart(function() counted = { [''] = 0, f = 0, r = 0 } end)

  function Days.succeeded(runs) counted[''] = counted[''] + runs end

  function Days.failed(attempts) counted.f = counted.f + attempts end

  function Days.reclaimed(leases) counted.r = counted.r + leases end

  local function today() return math.floor(now / DAY) end

  function Days.flush()
    for letter, by in pairs(counted) do
      if by > 0 then redis.call('HINCRBY', DAYS, format('%.0f', today()) .. letter, by) end
    end
    counted = { [''] = 0, f = 0, r = 0 }
  end

  -- DAILY_COUNTS_KEPT of the port.
  local KEPT = 91

  function Days.dropOld()
    local old = {}
    for _, field in ipairs(redis.call('HKEYS', DAYS)) do
      if tonumber(match(field, '^%d+')) <= today() - KEPT then old[#old + 1] = field end
    end
    callMany('HDEL', old, DAYS)
  end
end
