--- @include "leasing"
--- @include "asleep"
-- Leasing runs to a node. Arguments: node, handler set, limit, '' when the runs do not start at once, else `awake` or `maybe
-- asleep` (it may be marked as sleeping), token prefix, `repeat` to
-- only repeat what was answered, `force` to look at work although something is due first, else '', then
-- name and free slots of each handler that can take fewer.
-- Replies { 'unknown' } for an unknown set, { 'due' } when `advance` must come first, else
-- { 'ok' or 'repeat', answer, wakes, now, claimed at, next due, free slots left as lines `<name>\t<slots>`, heads,
-- definitions, payloads that have keys of their own, and of each instance that members are leased of id, name and input or '' };
-- the answer is the leased ids, joined by commas. Heads are eight
-- lines for each number of leases in a row: that number, claimable since ('': since its creation), n (and `+` when the firing
-- remembers something), attempt, errors,
-- max, lease, place in the token ('': its place among the leases).
local claimRuns
do
  local ids, texts
  atStart(function() ids, texts = Claim.ids, Claim.texts end)

  local function readRequest(from, last)
    Claim.node, Claim.set, Claim.limit, Claim.start = ARGV[from], ARGV[from + 1], tonumber(ARGV[from + 2]), ARGV[from + 3]
    Claim.letter = Claim.start == '' and 'a' or 'l'
    Claim.tokenPrefix, Claim.mode, Claim.nodeNumber = ARGV[from + 4], ARGV[from + 5], nil
    for i = from + 6, last, 2 do Claim.free[ARGV[i]] = tonumber(ARGV[i + 1]) end
  end

  -- Of a firing: that of its job.
  local function payloadOfJob(job)
    local definition = definitionOf(job)
    if not definition or definition[SIZE] == '@' then return redis.call('GET', key('y', job)) or '' end
    return sub(definition.text, #concat(definition, '\n', 1, 8) + 2)
  end

  -- The payloads that stand elsewhere.
  local function bigPayloads()
    local payloads = {}
    for _, id in ipairs(ids) do
      local definition = definitions[id]
      if definition and definition[SIZE] == '@' then payloads[#payloads + 1] = redis.call('GET', key('y', id)) or '' end
      if definition and definition[SIZE] == Schedule.OF_JOB then payloads[#payloads + 1] = payloadOfJob(sub(id, 1, JOB_ID)) end
    end
    return payloads
  end

  -- What one call answered before, without the leases that were lost meanwhile.
  local function repeated(answer)
    local claimedAt, held = NOW, {}
    for id in gmatch(answer, '[^,]+') do held[#held + 1] = id end
    loadOpen(held)
    loadDefinitions(held)
    for _, id in ipairs(held) do
      local record = records[id]
      local place = record and sub(record[TOKEN], 1, #Claim.tokenPrefix + 1) == Claim.tokenPrefix .. '.'
        and sub(record[TOKEN], #Claim.tokenPrefix + 2)
      if place then
        ids[#ids + 1], texts[#texts + 1], claimedAt = id, definitions[id].text, record[AT]
        Claim.addHead(Claim.replyHead(record, place))
        Instance.noteOwner(extraOf(id, record).owner)
      end
    end
    return { 'repeat', concat(ids, ','), '', NOW, claimedAt, '', '', Claim.headsText(), texts, bigPayloads(), Instance.ownersReply() }
  end

  local function freeLeft()
    local lines = {}
    for name, slots in pairs(Claim.free) do lines[#lines + 1] = name .. '\t' .. slots end
    return concat(lines, '\n')
  end

  -- A node that found less than it asked for sleeps from this very step on, and says when it will look again. A claim ahead
  -- leaves that as it is: what the node does with its free slots, other claims say.
  local function fallAsleep()
    if SINGLE and Claim.letter == 'l' then redis.call('ZADD', key('asleep', Claim.set), NOW, Claim.node) end
    return lookAgain(Claim.node, Claim.looked >= Claim.LOOKED_AT_MOST and now or nil)
  end

  -- Carries out the claim whose arguments stand from `from` to `last`. What it has changed is written by `write(answer)`.
  function claimRuns(from, last, write)
    readRequest(from, last)
    local state, earlier = answered()
    if state == 'superseded' then return { state } end
    if state == 'repeat' or Claim.mode == 'repeat' then return repeated(earlier or '') end
    if meta.dueAt > 0 and meta.dueAt <= now and Claim.mode ~= 'force' then return { 'due' } end
    if SINGLE and Claim.start == 'maybe asleep' then redis.call('ZREM', key('asleep', Claim.set), Claim.node) end

    Buckets.wake(1000)
    Claim.pickAll(Claim.limit)
    if #ids == 0 and redis.call('HEXISTS', SETS, Claim.set) == 0 then return { 'unknown' } end
    Claim.leasePicked()
    local nextAt = #ids < Claim.limit and fallAsleep() or ''
    local answer = concat(ids, ',')
    write(answer)
    return {
      'ok', answer, concat(wakes, '\n'), NOW, NOW, nextAt, freeLeft(), Claim.headsText(), texts, bigPayloads(), Instance.ownersReply(),
    }
  end
end
