--- @include "lines"
--- @include "names"
--- @include "hints"
--- @include "plain"
-- What a claim has picked to lease, and what is known of it.
preload({ 'dueAt', 'event', 'look', 'lookAt', 'served', 'wakeAt', 'unserved' })

-- What was picked, in order: id, text of the definition, key of the state, state (false: it has none; a text: that of a plain
-- job whose time has come), and mold.
local Claim = {}
atStart(function()
  Claim.ids, Claim.texts, Claim.stateKeys, Claim.states, Claim.molds = {}, {}, {}, {}, {}
  -- A draft that is sent again after its job was removed has the id of that one, whose hint may still stand in the line.
  Claim.picked = {}
  -- Id -> slots its lease is to hold, as its state says it; id -> line by key it was picked from; id -> since, priority and segment, of a
  -- job to which nothing but keys was given.
  Claim.holds, Claim.lines, Claim.keyed = {}, {}, {}
  -- Handler -> slots left, for those that can take fewer than the limit.
  Claim.free = {}
  Claim.looked, Claim.casts = 0, {}
end)

-- Stale hints looked at in one claim, and lines nothing could be taken from; what stays behind is met by the next.
Claim.LOOKED_AT_MOST = 2000

do
  local ids, texts, stateKeys, states, molds, picked, moldCache
  atStart(function()
    ids, texts, stateKeys, states, molds = Claim.ids, Claim.texts, Claim.stateKeys, Claim.states, Claim.molds
    picked, moldCache = Claim.picked, {}
  end)

  -- The score of a line that may not be claimed from, and those of all others.
  Claim.NEVER = format('%.0f', NEVER)
  Claim.UNTIL_NEVER = '(' .. Claim.NEVER

  -- Whether this claim may look at more.
  function Claim.canLook() return Claim.looked < Claim.LOOKED_AT_MOST end

  -- What the leases of a type and version have in common.
  function Claim.mold(taskType, version, handler)
    local name = taskType .. ':' .. version
    local found = moldCache[name]
    if not found then
      Claim.nodeNumber = Claim.nodeNumber or nameNumber('n' .. Claim.node)
      found = Plain.mold(taskType, version, handler, Claim.letter, Claim.tokenPrefix, Claim.nodeNumber)
      moldCache[name] = found
      Claim.casts[#Claim.casts + 1] = found
      noteDue(now + handler.lease)
    end
    return found
  end

  -- The states of jobs and, behind them, their definitions; and the keys of both.
  function Claim.readJobs(some)
    local keys, states, definitions = {}, BASE .. 's:', BASE .. 'j:'
    for i = 1, #some do
      keys[i] = states .. some[i]
      keys[#some + i] = definitions .. some[i]
    end
    return redis.call('MGET', unpack(keys)), keys
  end

  -- Adds a job to what was picked.
  function Claim.pick(id, text, stateKey, record, cast)
    local at = #ids + 1
    ids[at], texts[at], stateKeys[at], states[at], molds[at] = id, text, stateKey, record, cast
    picked[id] = true
  end
end
