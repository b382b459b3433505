--- @include "picked"
-- Picking from lines by key.
do
  local canLook, mold, readJobs, pick = Claim.canLook, Claim.mold, Claim.readJobs, Claim.pick
  local picked
  atStart(function() picked = Claim.picked end)

  -- Keys of jobs to which nothing else was given, by their text.
  local namesIn
  atStart(function() namesIn = {} end)

  local function namesOf(text)
    local names = namesIn[text]
    if not names then
      names = {}
      for i, each in ipairs(cjson.decode(text)) do names[i] = each.key end
      namesIn[text] = names
    end
    return names
  end

  -- What holds a job up: the slot that is full, or when it may start; nothing when it may now.
  local function blockOf(names, isTimed)
    for _, name in ipairs(names) do
      if Slots.free('k' .. name) <= 0 then return 'k' .. name end
    end
    if not isTimed then return nil end
    local till = nil
    for _, name in ipairs(names) do
      local at = Buckets.blockedUntil(name)
      if at and (not till or at > till) then till = at end
    end
    return nil, till
  end

  -- A line waits: at the slot that is full, or until that time.
  local function putAside(name, slot, till)
    if slot then Slots.park(name, slot) else Buckets.sleep('=' .. name, till) end
    return NEVER
  end

  -- Slots a job leaves unused, for which its line may have been put back, are there for those that wait for them.
  local function leaveSlots(names)
    for _, name in ipairs(names) do Slots.look('k' .. name) end
  end

  -- Takes the heads of these lines: of each its hints, as many as it may have.
  local function popHeads(group, concurrencyKeys, want, isTimed)
    local popped, scores, gone = {}, {}, {}
    for _, name in ipairs(concurrencyKeys) do
      if want <= 0 then break end
      local line = group .. ':' .. name
      local slot, till = blockOf({ name }, isTimed)
      if slot or till then
        local id, record = Lines.head(line)
        if id then
          leaveSlots(keysOf(id, record))
          scores[#scores + 1], scores[#scores + 2] = putAside(line, slot, till), name
        end
      else
        local room = math.min(Slots.free('k' .. name), isTimed and Buckets.room('k' .. name) or math.huge)
        local some = math.min(math.ceil(want / #concurrencyKeys), room, want)
        local hints = redis.call('LMPOP', 2, key('front', line), key('line', line), 'LEFT', 'COUNT', some)
        if hints then
          popped[#popped + 1] = { key = name, line = line, hints = hints[2], from = 0 }
          want = want - #hints[2]
        else
          gone[#gone + 1] = name
        end
      end
    end
    return popped, scores, gone
  end

  local function readAll(popped)
    local met, entries = {}, {}
    for _, line in ipairs(popped) do
      line.from = #met
      for i = 1, #line.hints do met[#met + 1], entries[#entries + 1] = readHint(line.hints[i]) end
    end
    if #met == 0 then return met, entries, {}, {} end
    local read, keys = readJobs(met)
    return met, entries, read, keys
  end

  -- The state of a job that waits under this entry, and its keys: false for one that has no state yet.
  local function waitingJob(id, stateText, text, entry)
    if not text or picked[id] then return nil end
    if not stateText then
      local created, _, _, names = match(text, Plain.keyed)
      if created and entry == '' then return false, namesOf(names) end
    end
    local record = know(id, stateText, text)
    if stands(record, entry) then return record, keysOf(id, record) end
  end

  local function take(id, names, isTimed)
    local slots = {}
    for i, name in ipairs(names) do slots[i] = 'k' .. name end
    Slots.take(slots, 1)
    Claim.slots[id] = slots
    if isTimed then for _, slot in ipairs(slots) do Buckets.take(slot, 1) end end
  end

  -- Picks what was popped of a line. Says how many; what is held up, and all behind it, goes back.
  local function takePopped(line, job, cast, isTimed)
    local taken = 0
    for i = 1, #line.hints do
      local id, state, names, text, stateKey = job(line.from + i)
      if state == nil then
        countStale(line.line, -1)
      else
        local slot, till = blockOf(names, isTimed)
        if slot or till then
          for back = #line.hints, i, -1 do redis.call('LPUSH', key('front', line.line), line.hints[back]) end
          line.slot, line.till = slot, till
          leaveSlots(names)
          return taken
        end
        pick(id, text, stateKey, state, cast)
        take(id, names, isTimed)
        Claim.lines[id] = cast.version .. ':' .. line.key
        taken = taken + 1
      end
    end
    return taken
  end

  -- The score a line gets: its next turn, NEVER when it has to wait, nothing when it is surely empty.
  local function scoreOf(line, isTimed)
    if line.slot or line.till then return putAside(line.line, line.slot, line.till) end
    local slot, till = blockOf({ line.key }, isTimed)
    if not slot and not till then return nextTurn() end
    if till and redis.call('EXISTS', key('front', line.line), key('line', line.line)) == 0 then return nil end
    return putAside(line.line, slot, till)
  end

  local function takeKeys(group, concurrencyKeys, want, cast)
    local slots = {}
    for i, name in ipairs(concurrencyKeys) do slots[i] = 'k' .. name end
    Slots.load(slots)
    local isTimed = Flow.now().keyRates or meta.throttledTo > now
    local popped, scores, gone = popHeads(group, concurrencyKeys, want, isTimed)
    local met, entries, read, keys = readAll(popped)
    local function job(i)
      local state, names = waitingJob(met[i], read[i], read[#met + i], entries[i])
      return met[i], state, names, read[#met + i], keys[i]
    end
    local taken = 0
    for _, line in ipairs(popped) do taken = taken + takePopped(line, job, cast, isTimed) end
    for _, line in ipairs(popped) do
      local score = scoreOf(line, isTimed)
      if score then scores[#scores + 1], scores[#scores + 2] = score, line.key else gone[#gone + 1] = line.key end
    end
    local ring = key('keyed', group)
    for i = 1, #scores, 2000 do redis.call('ZADD', ring, 'XX', unpack(scores, i, math.min(i + 1999, #scores))) end
    callMany('ZREM', gone, ring)
    for _, slot in ipairs(slots) do Slots.look(slot) end
    Claim.looked = Claim.looked + #concurrencyKeys - #popped + #met - taken
    return taken
  end

  -- The lines of a version take turns. Says how many were picked, and whether none of them may be claimed from now.
  local LINES_AT_ONCE = 500
  function Claim.takeKeyed(tier, number, version, want, handler)
    local group, taken = tier .. ':' .. number .. ':' .. version, 0
    local cast = mold(number, version, handler)
    while taken < want and canLook() do
      local some = math.min(want - taken, LINES_AT_ONCE)
      local names = redis.call('ZRANGEBYSCORE', key('keyed', group), '-inf', Claim.UNTIL_NEVER, 'LIMIT', 0, some)
      if #names == 0 then
        if taken > 0 then countInLine(group, -taken) end
        return taken, true
      end
      taken = taken + takeKeys(group, names, want - taken, cast)
    end
    if taken > 0 then countInLine(group, -taken) end
    return taken, false
  end
end
