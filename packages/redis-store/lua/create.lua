#!lua
-- Stores new instances, each wholly or not at all, in order.
-- KEYS: the fixed keys
-- ARGV: the call, then the instances as lib/creating.lua takes them
-- Returns { 'ok', answer, wakes }; the answer is the time they were stored and per instance '' or the id of the one stored before, joined by commas
--- @include "creating"
--- @include "commit"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local ids, outcomes = {}, {}
  for i = 6, #ARGV, Instance.NEW_ARGUMENTS do ids[#ids + 1] = ARGV[i] end
  Instance.load(ids)
  for i = 6, #ARGV, Instance.NEW_ARGUMENTS do outcomes[#outcomes + 1] = Instance.create(i) or '' end
  return commit(concat({ NOW, unpack(outcomes) }, ','))
end
