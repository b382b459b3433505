#!lua flags=allow-oom
-- Carries out steps of instances, each atomically, in order.
-- KEYS: the fixed keys
-- ARGV: the call, 6 number of instances the steps are of and send to, and these, then for each step: how many arguments follow, and
--       these as lib/committing.lua takes them
-- Returns { 'ok', answer, wakes }; the answer is a letter per step: c committed, x conflict, u unknown; then what ended
--- @include "committing"
--- @include "commit"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local ids, letters, last = {}, {}, 6 + ARGV[6]
  for i = 7, last do ids[#ids + 1] = ARGV[i] end
  Instance.load(ids)
  while ARGV[last + 1] do
    letters[#letters + 1] = Instance.commit(last + 2)
    last = last + 1 + ARGV[last + 1]
  end
  Storing.flush()
  return commit(concat(letters) .. endedText())
end
