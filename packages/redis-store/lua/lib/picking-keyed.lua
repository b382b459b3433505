--- @include "picked"
-- Picking from lines by key. The lines a claim looks at together are those of a list of keys: each is named by its place there.
do
  local canLook, mold, readJobs, pick = Claim.canLook, Claim.mold, Claim.readJobs, Claim.pick
  local picked
  -- Names of several keys, and the slots of them, by their JSON text.
  local severalIn
  atStart(function() picked, severalIn = Claim.picked, {} end)

  -- The names of keys, and their slots as a lease holds them.
  local function severalOf(text)
    local several = severalIn[text]
    if not several then
      several = { names = {} }
      for name in gmatch(text, '"key":"([^"]*)"') do several.names[#several.names + 1] = name end
      several.slots = 'k' .. concat(several.names, '\tk')
      severalIn[text] = several
    end
    return several.names, several.slots
  end

  -- Until when nothing may start that has one of these keys; nothing when something may.
  local function blockedTill(names)
    local till = nil
    for _, name in ipairs(names) do
      local at = Buckets.blockedUntil(name)
      if at and (not till or at > till) then till = at end
    end
    return till
  end

  -- What holds a job up: the slot that is full, or when it may start; nothing when it may now.
  local function blockOf(names, isTimed)
    for i = 1, #names do
      local slot = 'k' .. names[i]
      if Slots.free(slot) <= 0 then return slot end
    end
    return nil, isTimed and blockedTill(names) or nil
  end

  -- The same of a job with one key.
  local function blockOfOne(name, slot, isTimed)
    if Slots.free(slot) <= 0 then return slot end
    return nil, isTimed and blockedTill({ name }) or nil
  end

  -- A line waits: at the slot that is full, or until that time. Gives its score.
  local function putAside(group, name, slot, till)
    if slot then Slots.park(group, name, slot) else Buckets.sleep('=' .. group .. ':' .. name, till) end
    return Claim.NEVER
  end

  -- Slots a job leaves unused, for which its line may have been put back, are there for those that wait for them.
  local function leaveSlots(names)
    for _, name in ipairs(names) do Slots.look('k' .. name) end
  end

  -- Whether something came back to the front of any of these lines.
  local function haveFronts(group, names)
    local fronts, before = {}, key('front', group) .. ':'
    for i = 1, #names do fronts[i] = before .. names[i] end
    return redis.call('EXISTS', unpack(fronts)) > 0
  end

  -- Adds up to `some` hints from the head of a line to a list. Says how many.
  local function popHints(hints, line, some, hasFront)
    local popped
    if hasFront then
      popped = redis.call('LMPOP', 2, key('front', line), key('line', line), 'LEFT', 'COUNT', some)
      popped = popped and popped[2]
    elseif some > 1 then
      popped = redis.call('LPOP', key('line', line), some)
    else
      hints[#hints + 1] = redis.call('LPOP', key('line', line)) or nil
      return #hints
    end
    for i = 1, popped and #popped or 0 do hints[#hints + 1] = popped[i] end
    return #hints
  end

  -- Takes the heads of lines: of each as many hints as it may have. A line that may give nothing now is put aside, one without hints has
  -- gone.
  local function popHeads(visit, want)
    local fair, hasFront = math.ceil(want / #visit.names), haveFronts(visit.group, visit.names)
    local before, hints, lines = visit.group .. ':', {}, {}
    for i = 1, #visit.names do
      if want <= 0 then break end
      local name, slot = visit.names[i], visit.slots[i]
      local full, till = blockOfOne(name, slot, visit.isTimed)
      if full or till then
        local id, record = Lines.head(before .. name)
        if id then
          leaveSlots(keysOf(id, record))
          visit.full[i], visit.till[i] = full, till
        else
          visit.isGone[i] = true
        end
      else
        local some = math.min(fair, want, Slots.free(slot), visit.isTimed and Buckets.room(slot) or fair)
        local first = #hints + 1
        local last = popHints(hints, before .. name, some, hasFront)
        for at = first, last do lines[at] = i end
        visit.isGone[i] = last < first
        if last >= first then visit.popped = visit.popped + 1 end
        want = want - (last - first + 1)
      end
      visit.seen = i
    end
    return hints, lines
  end

  -- The slots of the job read at this place, if it waits there; the names of its keys, none when it has that of its line alone; and what
  -- its lease is made of: the state, or since when it waits, its priority and segment when nothing but keys was given.
  local function waitingAt(visit, place)
    local id, entry = visit.ids[place], visit.entries[place]
    local stateText, text = visit.texts[place], visit.texts[#visit.ids + place]
    if not text or picked[id] then return nil end
    if not stateText and entry == '' then
      local since, priority, segment, keys = match(text, Plain.keyed)
      if since then
        if not find(keys, '{', 3, true) then return visit.slots[visit.lines[place]], nil, false, since, priority, segment end
        local names, slots = severalOf(keys)
        return slots, names, false, since, priority, segment
      end
    end
    local record = know(id, stateText, text)
    if not stands(record, entry) then return nil end
    local names = keysOf(id, record)
    return 'k' .. concat(names, '\tk'), names, record
  end

  local function takeSlot(slot, isTimed)
    Slots.take(slot, 1)
    if isTimed then Buckets.take(slot, 1) end
  end

  local function takeSlots(slots, names, isTimed)
    if not names then return takeSlot(slots, isTimed) end
    for i = 1, #names do takeSlot('k' .. names[i], isTimed) end
  end

  -- Puts back what was popped of a line from this place on.
  local function putBack(visit, hints, place)
    local line, last = visit.lines[place], place
    local front = key('front', visit.group .. ':' .. visit.names[line])
    while visit.lines[last + 1] == line do last = last + 1 end
    for back = last, place, -1 do redis.call('LPUSH', front, hints[back]) end
  end

  -- Picks the job popped at this place, or puts it back when it is held up. Says whether it was picked.
  local function takePopped(visit, hints, place, cast)
    local line = visit.lines[place]
    local slots, names, record, since, priority, segment = waitingAt(visit, place)
    if not slots then
      countStale(visit.group .. ':' .. visit.names[line], -1)
      return false
    end
    local full, till
    if names then full, till = blockOf(names, visit.isTimed) else full, till = blockOfOne(visit.names[line], slots, visit.isTimed) end
    if full or till then
      visit.full[line], visit.till[line] = full, till
      putBack(visit, hints, place)
      leaveSlots(names or { visit.names[line] })
      return false
    end
    local id = visit.ids[place]
    pick(id, visit.texts[#visit.ids + place], visit.stateKeys[place], record, cast)
    takeSlots(slots, names, visit.isTimed)
    Claim.holds[id], Claim.lines[id] = slots, cast.version .. visit.slots[line]
    if since then Claim.keyed[id] = { since, priority, segment } end
    return true
  end

  -- Picks what was popped. Says how many; what is held up, and all behind it in its line, goes back.
  local function takeAllPopped(visit, hints, cast)
    local taken = 0
    for place = 1, #hints do
      local line = visit.lines[place]
      if not visit.full[line] and not visit.till[line] and takePopped(visit, hints, place, cast) then taken = taken + 1 end
    end
    return taken
  end

  -- Whether a line that was popped from is surely empty.
  local function isEmpty(line) return redis.call('EXISTS', key('front', line), key('line', line)) == 0 end

  -- The score a line gets: its next turn, NEVER when it has to wait, nothing when it is surely empty. `isEnough`: this claim looks at
  -- no more lines, so that those whose slot it has taken need not be put aside before somebody meets them again.
  local function scoreOf(visit, i, isEnough)
    if visit.isGone[i] then return nil end
    local group, name = visit.group, visit.names[i]
    if visit.full[i] or visit.till[i] then return putAside(group, name, visit.full[i], visit.till[i]) end
    local full, till = blockOfOne(name, visit.slots[i], visit.isTimed)
    if not full and not till then return nextTurn() end
    if full and isEnough and Slots.next(group, full) then return nextTurn() end
    if till and isEmpty(group .. ':' .. name) then return nil end
    return putAside(group, name, full, till)
  end

  -- Gives the lines that were looked at their next places.
  local function place(visit, isEnough)
    local scores, gone, ring = {}, {}, key('keyed', visit.group)
    for i = 1, visit.seen do
      local score = scoreOf(visit, i, isEnough)
      if score then scores[#scores + 1], scores[#scores + 2] = score, visit.names[i] else gone[#gone + 1] = visit.names[i] end
    end
    for i = 1, #scores, 2000 do redis.call('ZADD', ring, 'XX', unpack(scores, i, math.min(i + 1999, #scores))) end
    callMany('ZREM', gone, ring)
  end

  -- What a claim leaves of the slots it has met is there for those that wait for them.
  local function lookAgainAt(slots)
    for i = 1, #slots do
      if Slots.isLeft(slots[i]) then Slots.look(slots[i]) end
    end
  end

  local function takeKeys(group, names, want, cast)
    -- `lines`: place of a popped hint -> its line; `full`, `till`: line -> what it has to wait for; `seen`, `popped`: how many lines were
    -- looked at, and have given hints.
    local visit = { group = group, names = names, slots = {}, full = {}, till = {}, isGone = {}, seen = 0, popped = 0 }
    for i = 1, #names do visit.slots[i] = 'k' .. names[i] end
    Slots.load(visit.slots)
    visit.isTimed = Flow.now().keyRates or meta.throttledTo > now
    local hints, taken
    hints, visit.lines = popHeads(visit, want)
    visit.ids, visit.entries = {}, {}
    for i = 1, #hints do visit.ids[i], visit.entries[i] = readHint(hints[i]) end
    if #hints > 0 then visit.texts, visit.stateKeys = readJobs(visit.ids) end
    taken = takeAllPopped(visit, hints, cast)
    place(visit, taken == want)
    lookAgainAt(visit.slots)
    Claim.looked = Claim.looked + visit.seen - visit.popped + #hints - taken
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
