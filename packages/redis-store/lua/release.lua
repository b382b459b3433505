#!lua flags=allow-oom
-- Hands leases back without using an attempt.
-- KEYS: the fixed keys
-- ARGV: the call, then for each lease: id, token
-- Returns { 'ok', answer, wakes }; the answer is a letter per lease: s settled, l lost; then what ended
--- @include "runs"
--- @include "commit"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local ids, outcomes = {}, {}
  for i = 6, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
  loadOpen(ids)
  for i = 6, #ARGV, 2 do
    local record = records[ARGV[i]]
    if isHeld(record, ARGV[i + 1]) then
      handBack(ARGV[i], record)
      outcomes[#outcomes + 1] = 's'
    else
      outcomes[#outcomes + 1] = 'l'
    end
  end
  return commit(concat(outcomes) .. endedText())
end
