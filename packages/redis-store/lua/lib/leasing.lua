--- @include "picking"
--- @include "events"
--- @include "owners"
-- Leasing what was picked.
do
  local ids, texts, stateKeys, states, molds
  atStart(function() ids, texts, stateKeys, states, molds = Claim.ids, Claim.texts, Claim.stateKeys, Claim.states, Claim.molds end)

  local function attemptsAllowed(extra, handler)
    local policy = extra.retryPolicy
    local allowed = policy and policy.maxAttempts or handler.attempts
    return extra.dlqAfter and math.min(allowed, extra.dlqAfter) or allowed
  end

  -- What the reply says of a lease beside its definition.
  function Claim.replyHead(record, place)
    return concat({
      record[SINCE], record[N] .. (find(record[FLAGS], 'm', 1, true) and '+' or ''), record[ATTEMPT], record[ERRORS], record[MAX], record[LEASE], place, '',
    }, '\n')
  end

  -- Leases a firing whose state is known, field by field.
  local function leaseKnown(place, id, record, handler)
    local extra = extraOf(id, record)
    if record[ST] == 'q' then zput(RETRYING, id, nil) end
    if extra.scheduleToStartTimeoutMs then zput(STARTS, id, nil) end
    local since = record[AT] ~= '' and record[AT] or definitions[id][CREATED]
    local length = extra.heartbeatTimeoutMs or handler.lease
    setStatus(id, record, Claim.letter)
    record[N] = record[N] == '' and '1' or tostring(record[N] + 1)
    record[TOKEN], record[NODE], record[AT], record[STARTED] = Claim.tokenPrefix .. '.' .. place, Claim.nodeNumber, NOW, NOW
    record[MAX], record[LEASE], record[SINCE] = attemptsAllowed(extra, handler), length, since
    record[HOLDS] = Claim.holds[id] or ''
    zput(LEASES, id, now + length)
    noteDue(now + length)
    if Claim.letter == 'l' then event('job.started', id, record, int(record, ATTEMPT) + 1, nil, true) end
    return Claim.replyHead(record, '')
  end

  -- The heads of leases, equal ones in a row once.
  local heads
  atStart(function() heads = {} end)

  function Claim.addHead(text)
    local last = heads[#heads]
    if last and last.text == text then last.leases = last.leases + 1 else heads[#heads + 1] = { text = text, leases = 1 } end
  end

  function Claim.headsText()
    local lines = {}
    for i, head in ipairs(heads) do lines[i] = head.leases .. '\n' .. head.text end
    return concat(lines)
  end

  -- States to be written and leases to be noted, as arguments.
  local sets, leases

  -- Leases a plain job, or member, whose state is written as a whole.
  local function leasePlain(place, since, priority, segment, line, flags)
    local cast, at, holds = molds[place], #sets, Claim.holds[ids[place]] or ''
    sets[at + 1], sets[at + 2] = stateKeys[place], Plain.run(cast, place, segment, since, priority, line, flags, holds)
    leases[at + 1], leases[at + 2] = cast.expires, ids[place]
    cast.plain = cast.plain + 1
    cast.ids[cast.plain] = ids[place]
  end

  -- Notes the instances that what is picked at these places belongs to, and looks which are there. Gives, by place, what
  -- Plain.member finds.
  local function findOwners(places)
    local members = {}
    for _, place in ipairs(places) do
      local member = not states[place] and { Plain.memberOf(texts[place]) }
      if member and member[4] then
        members[place] = member
        Instance.noteOwner(member[4])
      else
        states[place] = states[place] or know(ids[place], nil, texts[place])
        Instance.noteOwner(extraOf(ids[place], states[place]).owner)
      end
    end
    Instance.loadOwners()
    return members
  end

  -- A member of an instance that is gone is left to be removed; its hint was taken, so it waits in no line any more.
  local function leaveOrphan(place)
    local record = states[place] or know(ids[place], nil, texts[place])
    setStatus(ids[place], record, 'h')
    Buckets.take('t' .. record[TYPE], -1)
    Buckets.take('r' .. Flow.tierOf(record[PRIORITY]), -1)
    for slot in gmatch(Claim.holds[ids[place]] or '', '[^\t]+') do
      Slots.take(slot, -1)
      if sub(slot, 1, 1) == 'k' then Buckets.take(slot, -1) end
      Slots.look(slot)
    end
    Claim.holds[ids[place]] = nil
  end

  -- Leases what is not plain at these places. Says whether something was left.
  local function leaseOthers(places, headTexts)
    local members, orphans = findOwners(places), false
    for _, place in ipairs(places) do
      local id, record, member = ids[place], states[place], members[place]
      local owner
      if member then owner = member[4] else owner = extraOf(id, record).owner end
      if owner and not Instance.of(owner) then
        orphans, headTexts[place] = true, false
        leaveOrphan(place)
      elseif member then
        leasePlain(place, member[1], member[2], member[3], '', 'x')
        headTexts[place] = molds[place].reply
      else
        headTexts[place] = leaseKnown(place, id, record, molds[place].handler)
      end
    end
    return orphans
  end

  -- Closes the gaps of what was not leased, from the first place on where one may be; then each lease has to say its place in the
  -- token.
  local function closeGaps(first, headTexts)
    local leased = first - 1
    for place = first, #ids do
      if headTexts[place] then
        leased = leased + 1
        ids[leased], texts[leased] = ids[place], texts[place]
        headTexts[leased] = sub(headTexts[place], 1, -2) .. place .. '\n'
      end
    end
    for place = #ids, leased + 1, -1 do ids[place], texts[place], headTexts[place] = nil, nil, nil end
    Claim.looked = Claim.LOOKED_AT_MOST
  end

  -- Leases everything that was picked.
  function Claim.leasePicked()
    sets, leases = {}, {}
    -- What is not plain is leased behind the rest, and so the heads from the first of that on are added later.
    local headTexts, others = {}, {}
    local starts, definition, waits = Claim.letter == 'l', Plain.definition, Plain.waits
    for place = 1, #ids do
      local record, keyed = states[place], Claim.keyed[ids[place]]
      local since, priority, segment, line, flags, head = nil, nil, nil, '', '', molds[place].reply
      if keyed then
        since, priority, segment = keyed[1], keyed[2], keyed[3]
        flags = 'xK'
      elseif not record then
        since, priority, segment = match(texts[place], definition)
      elseif type(record) == 'string' then
        segment, since, priority, line = match(record, waits)
        head = since .. head
      end
      if since then
        leasePlain(place, since, priority, segment, line, flags)
        if others[1] then headTexts[place] = head else Claim.addHead(head) end
      else
        others[#others + 1] = place
      end
    end
    if others[1] then
      if leaseOthers(others, headTexts) then closeGaps(others[1], headTexts) end
      for place = others[1], #ids do Claim.addHead(headTexts[place]) end
    end
    callMany('MSET', sets)
    callMany('ZADD', leases, LEASES)
    -- Told type by type, so that the events of one type share a line however the types take turns.
    for i = 1, #Claim.casts do
      local cast = Claim.casts[i]
      count('pending', cast.type, -cast.plain)
      count('running', cast.type, cast.plain)
      for place = 1, starts and cast.plain or 0 do addEvent('job.started', cast.ids[place], cast.event) end
    end
  end
end
