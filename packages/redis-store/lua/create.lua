#!lua
-- Stores new instances, each wholly or not at all, in order.
-- KEYS: the fixed keys
-- ARGV: the call, 6 number of instances, and these, and then each of them as lib/creating.lua takes it
-- Returns { 'ok', answer, wakes }; the answer is the time they were stored and per instance '' or the id of the one stored before, joined by commas
--- @include "creating"
--- @include "commit"
function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local outcomes = {}
  Arguments.from(6)
  local ids = Arguments.texts()
  Instance.load(ids)
  for i = 1, #ids do outcomes[i] = Instance.create() or '' end
  Storing.flush()
  return commit(concat({ NOW, unpack(outcomes) }, ','))
end
