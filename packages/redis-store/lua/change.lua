#!lua flags=allow-oom
-- Carries out orders to schedules, each atomically, in order.
-- KEYS: the fixed keys
-- ARGV: the call, then for each order: verb, job, who gave it (JSON) or '', how many more arguments it has, and these: none for `trigger` and `remove`, the
--       times joined by commas for `backfill`, for `update` version, schedule (JSON), anchor, next firing or '', when that is
--       due or '', skips (as fire.lua takes them), new last time, overlap policy, most held
-- Returns { 'ok', answer, wakes }; the answer is per order `stale`, `unknown`, `refused:<status>`, `ahead:<last time>` or
-- `done` and for each time letter and firing (`;c<time>`), joined by commas, then what ended
--- @include "fire"
--- @include "commit"
--- @include "acts"
local verbs = {}

function verbs.update(schedule, record, from)
  if schedule.version ~= ARGV[from] then return 'stale' end
  Schedule.set(schedule, 'schedule', ARGV[from + 1])
  Schedule.set(schedule, 'anchor', ARGV[from + 2])
  Schedule.set(schedule, 'policy', ARGV[from + 7])
  Schedule.set(schedule, 'limit', ARGV[from + 8])
  recordSkips(schedule, record, readSkips(ARGV[from + 5]))
  moveOn(schedule, record, ARGV[from + 6], ARGV[from + 3], ARGV[from + 4])
  return 'done'
end

function verbs.trigger(schedule)
  local at = now
  local function suffix() return format('%.0f', at) .. 't' end
  loadOpen({ Schedule.firing(schedule, suffix()) })
  while records[Schedule.firing(schedule, suffix())] do
    at = at + 1
    loadOpen({ Schedule.firing(schedule, suffix()) })
  end
  local letter = fireAt(schedule, suffix(), false, {})
  Schedule.raise(schedule)
  Schedule.touch(schedule)
  return 'done;' .. letter .. suffix()
end

function verbs.backfill(schedule, _, from)
  local times, outcomes = ARGV[from], {}
  for at in gmatch(times, '%d+') do
    if tonumber(at) >= tonumber(schedule.next) then return 'ahead:' .. schedule.last end
  end
  for at in gmatch(times, '%d+') do
    outcomes[#outcomes + 1] = ';' .. fireAt(schedule, at, true, {}) .. at
  end
  Schedule.raise(schedule)
  Schedule.touch(schedule)
  return 'done' .. concat(outcomes)
end

function verbs.remove(schedule, record)
  if schedule.over == '' then
    Schedule.raise(schedule)
    Schedule.finish(schedule, record, 'c')
  end
  cancelFirings(schedule, 'held', '')
  return 'done'
end

local function change(verb, job, by, from)
  local schedule, record = recurringJob(job)
  if not schedule then return 'unknown' end
  if RETAIN[record[ST]] or schedule.over ~= '' and verb ~= 'remove' then return 'refused:' .. CLASS[record[ST]] end
  local outcome = verbs[verb](schedule, record, from)
  if by ~= '' and sub(outcome, 1, 4) == 'done' then Acts.note(job, record, verb, by) end
  Schedule.settle()
  return outcome
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local outcomes, i = {}, 6
  while ARGV[i] do
    outcomes[#outcomes + 1] = change(ARGV[i], ARGV[i + 1], ARGV[i + 2], i + 4)
    i = i + 4 + ARGV[i + 3]
  end
  return commit(concat(outcomes, ',') .. endedText())
end
