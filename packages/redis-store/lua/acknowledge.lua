#!lua flags=allow-oom
-- Takes pending signals of an instance away.
-- KEYS: the fixed keys
-- ARGV: the call, 6 instance, then the signals
-- Returns { 'ok', answer, wakes }; the answer is a digit per signal, `1` when it was pending
--- @include "signals"
--- @include "commit"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local id, signals, outcomes, met = ARGV[6], {}, {}, {}
  for i = 7, #ARGV do signals[#signals + 1] = ARGV[i] end
  if not Instance.of(id) then return commit(string.rep('0', #signals)) end
  for i, text in ipairs(Instance.pending(id, signals)) do
    outcomes[i] = text and not met[signals[i]] and '1' or '0'
    met[signals[i]] = true
  end
  Instance.dropSignals(id, signals)
  return commit(concat(outcomes))
end
