#!lua
-- Carries out plans of firings, each wholly or not at all, in order.
-- KEYS: the fixed keys
-- ARGV: the call, then for each plan: job, version, new last time, next firing or '', when that is due or '', times joined by
--       commas (`!` behind one that is late), skips as lines `<first>\t<last>\t<how many>\t<why>`
-- Returns { 'ok', answer, wakes }; the answer is per plan `stale`, `unknown` or `fired` and a letter for each time (c created,
-- h held, s skipped, e existing), joined by commas, then what ended
--- @include "fire"
--- @include "commit"
-- Whether one of these times has been fired or skipped before: the record of that may be gone, so nothing else would tell.
local function passes(schedule, times)
  local last = tonumber(schedule.last)
  if not last then return false end
  for at in gmatch(times, '%d+') do
    if tonumber(at) <= last then return true end
  end
  return false
end

local function fire(from)
  local schedule, record = recurringJob(ARGV[from])
  if not schedule or RETAIN[record[ST]] then return 'unknown' end
  if schedule.over ~= '' or schedule.version ~= ARGV[from + 1] then return 'stale' end
  if passes(schedule, ARGV[from + 5]) then return 'stale' end
  local letters, skipped = {}, { planned = readSkips(ARGV[from + 6]) }
  for at, late in gmatch(ARGV[from + 5], '(%d+)(!?)') do
    letters[#letters + 1] = fireAt(schedule, at, late ~= '', skipped)
  end
  for _, row in ipairs(skipped.planned) do skipped[#skipped + 1] = row end
  recordSkips(schedule, record, skipped)
  moveOn(schedule, record, ARGV[from + 2], ARGV[from + 3], ARGV[from + 4])
  Schedule.settle()
  return 'fired' .. concat(letters)
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local outcomes, jobs = {}, {}
  for i = 6, #ARGV, 7 do jobs[#jobs + 1] = ARGV[i] end
  loadOpen(jobs)
  loadDefinitions(jobs)
  for i = 6, #ARGV, 7 do outcomes[#outcomes + 1] = fire(i) end
  return commit(concat(outcomes, ',') .. endedText())
end
