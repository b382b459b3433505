#!lua
-- Puts messages into the mailboxes of instances, each atomically, in order.
-- KEYS: the fixed keys
-- ARGV: the call, then the messages as lib/sending.lua takes them
-- Returns { 'ok', answer, wakes }; the answer is per message `recorded`, `unknown`, `duplicate`, `full` or
-- `refused:<status>:<instance it goes on as>`, joined by commas
--- @include "sending"
--- @include "commit"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local ids, outcomes = {}, {}
  for i = 6, #ARGV, Instance.SEND_ARGUMENTS do ids[#ids + 1] = ARGV[i] end
  Instance.load(ids)
  for i = 6, #ARGV, Instance.SEND_ARGUMENTS do outcomes[#outcomes + 1] = Instance.send(i) end
  return commit(concat(outcomes, ','))
end
