#!lua flags=allow-oom
-- A settle and the claim after it, as the trips of a busy worker bring them: each is carried out, answered and
-- repeated as if it had come alone, but what they share is read and written once.
-- KEYS: the fixed keys
-- ARGV: the call of the settle, 6 lane, 7 number, 8 piece of the claim, 9 how many arguments its request has, from 10 on the
--       request as lib/claiming.lua takes it, then the runs as lib/settling.lua takes them
-- Returns { reply of settle.lua, reply of claim.lua }
--- @include "settling"
--- @include "claiming"
--- @include "flush"
secondLaneAt = 6

-- The claim reads lines and states, so it must find there what the settle has changed.
local function settle(from)
  local state, answer = answered()
  if state then return { state, answer, '' } end
  answer = settleRuns(from)
  Schedule.settle()
  flushLines()
  flushStates()
  keepAnswer(answer)
  return { 'ok', answer, concat(wakes, '\n') }
end

function run()
  local last = 9 + ARGV[9]
  local settled = settle(last + 1)
  beginCall(ARGV[6], ARGV[7], ARGV[8], preloadedValues[2])
  local written = false
  local claimed = claimRuns(10, last, function(answer)
    written = true
    flush(answer)
  end)
  if not written then flush() end
  return { settled, claimed }
end
