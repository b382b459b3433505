--- @include "lines"
--- @include "events"
--- @include "names"
--- @include "hints"
--- @include "plain"
--- @include "asleep"
--- @include "owners"
-- Leasing runs to a node. Arguments: node, handler set, limit, '' when the runs do not start at once, else `awake` or `maybe
-- asleep` (it may be marked as sleeping), token prefix, `repeat` to
-- only repeat what was answered, `force` to look at work although something is due first, else '', then
-- name and free slots of each handler that can take fewer.
-- Replies { 'unknown' } for an unknown set, { 'due' } when `advance` must come first, else
-- { 'ok' or 'repeat', answer, wakes, now, claimed at, next due, free slots left as lines `<name>\t<slots>`, heads,
-- definitions, payloads that have keys of their own, and of each instance that members are leased of id, name and input or '' };
-- the answer is the leased ids, joined by commas. Heads are eight
-- lines for each number of leases in a row: that number, claimable since ('': since its creation), n, attempt, errors,
-- max, lease, place in the token ('': its place among the leases).
preload({ 'dueAt', 'event', 'look', 'lookAt', 'served' })

local claimRuns
do
  -- Stale hints looked at in one claim; what stays behind is met by the next.
  local LOOKED_AT_MOST = 2000

  local NODE_ID, SET, LIMIT, START, LETTER, TOKEN_PREFIX, MODE
  -- What was picked, in order: id, text of the definition, key of the state, state (false: it has none; a text: that of a plain
  -- job whose time has come), and mold.
  local ids, texts, stateKeys, states, molds
  -- A draft that is sent again after its job was removed has the id of that one, whose hint may still stand in the line.
  local picked
  -- Handler -> slots left, for those that can take fewer than the limit.
  local free
  local looked, exhausted, moldCache, castsInOrder, node

  atStart(function()
    ids, texts, stateKeys, states, molds, free = {}, {}, {}, {}, {}, {}
    picked, looked, exhausted, moldCache, castsInOrder, node = {}, 0, {}, {}, {}, nil
  end)

  local function readRequest(from, last)
    NODE_ID, SET, LIMIT, START = ARGV[from], ARGV[from + 1], tonumber(ARGV[from + 2]), ARGV[from + 3]
    LETTER = START == '' and 'a' or 'l'
    TOKEN_PREFIX, MODE = ARGV[from + 4], ARGV[from + 5]
    for i = from + 6, last, 2 do free[ARGV[i]] = tonumber(ARGV[i + 1]) end
  end

  -- Picks what to lease.
  local takeAll
  do
    local function mold(taskType, version, handler)
      local name = taskType .. ':' .. version
      local found = moldCache[name]
      if not found then
        node = node or nameNumber('n' .. NODE_ID)
        found = Plain.mold(taskType, version, handler, LETTER, TOKEN_PREFIX, node)
        moldCache[name] = found
        castsInOrder[#castsInOrder + 1] = found
        noteDue(now + handler.lease)
      end
      return found
    end

    -- The states of jobs and, behind them, their definitions; and the keys of both.
    local function readJobs(some)
      local keys, states, definitions = {}, BASE .. 's:', BASE .. 'j:'
      for i = 1, #some do
        keys[i] = states .. some[i]
        keys[#some + i] = definitions .. some[i]
      end
      return redis.call('MGET', unpack(keys)), keys
    end

    local function pick(id, text, stateKey, record, cast)
      local at = #ids + 1
      ids[at], texts[at], stateKeys[at], states[at], molds[at] = id, text, stateKey, record, cast
      picked[id] = true
    end

    -- Whether a plain job waits since its time came, under this entry into its line.
    local function isPlainWaiting(stateText, text, entry)
      local _, _, _, line = match(stateText, Plain.waits)
      return line and line == entry and match(text, Plain.timed)
    end

    -- Picks from the head of one line. Says how many, and whether the line is empty now.
    local MOST_AT_ONCE = 1000
    local function takeLine(tier, number, version, want, handler)
      local name = tier .. ':' .. number .. ':' .. version
      local front, line, cast = key('front', name), key('line', name), nil
      local taken = 0
      while taken < want and looked < LOOKED_AT_MOST do
        local some = math.min(want - taken, MOST_AT_ONCE)
        local popped = redis.call('LMPOP', 2, front, line, 'LEFT', 'COUNT', some)
        if not popped then return taken, true end
        local hints = popped[2]
        looked = looked + #hints
        cast = cast or mold(number, version, handler)
        local met, entries = {}, {}
        for i = 1, #hints do met[i], entries[i] = readHint(hints[i]) end
        local read, keys = readJobs(met)
        for i = 1, #met do
          local stateText, text = read[i], not picked[met[i]] and read[#met + i]
          if text and not stateText and entries[i] == '' then
            pick(met[i], text, keys[i], false, cast)
            taken = taken + 1
          elseif text and stateText and isPlainWaiting(stateText, text, entries[i]) then
            pick(met[i], text, keys[i], stateText, cast)
            taken = taken + 1
          elseif text and stateText and stands(know(met[i], stateText, text), entries[i]) then
            pick(met[i], text, keys[i], records[met[i]], cast)
            taken = taken + 1
          else
            countStale(name, -1)
          end
        end
      end
      return taken, false
    end

    -- The items of a list from place `from` on, in the order of these places.
    local function arrange(list, from, places)
      local arranged = {}
      for i = 1, #places do arranged[i] = list[places[i]] end
      for i = 1, #places do list[from + i - 1] = arranged[i] end
    end

    -- Reorders what was picked from place `from` on, so that groups take turns in the order they were first met.
    local function interleave(from, field)
      local groups, order, places = {}, {}, {}
      for i = from, #ids do
        local name = molds[i][field]
        local group = groups[name]
        if not group then
          group = {}
          groups[name], order[#order + 1] = group, group
        end
        group[#group + 1] = i
      end
      if #order < 2 then return end
      local turn, total = 1, #ids - from + 1
      while #places < total do
        for i = 1, #order do places[#places + 1] = order[i][turn] end
        turn = turn + 1
      end
      for _, list in ipairs({ ids, texts, stateKeys, states, molds }) do arrange(list, from, places) end
    end

    -- Lets the versions of a type take turns. Says how many were picked, and whether nothing claimable is left.
    local function takeType(tier, number, want, handler)
      local name = key('lines', tier .. ':' .. number)
      local open, taken, done, first = {}, 0, {}, #ids + 1
      for _, version in ipairs(redis.call('ZRANGE', name, 0, -1)) do
        if compatible(handler.version, version) then open[#open + 1] = version end
      end
      local left = #open
      while taken < want and left > 0 and looked < LOOKED_AT_MOST do
        local share = math.max(1, math.floor((want - taken) / left))
        for _, version in ipairs(open) do
          if not done[version] and taken < want then
            local got, empty = takeLine(tier, number, version, math.min(share, want - taken), handler)
            taken = taken + got
            if empty then
              done[version] = true
              left = left - 1
              redis.call('ZREM', name, version)
            elseif #open > 1 then
              redis.call('ZADD', name, 'XX', nextTurn(), version)
            end
          end
        end
      end
      if #open > 1 then interleave(first, 'version') end
      return taken, left == 0
    end

    local function ringOf(tier) return key('ring', SET .. ':' .. tier) end

    -- The types whose turn is next, without those whose handler is full; all of them when the first ones are.
    local function openTypes(ring, want)
      for _, last in ipairs({ want - 1, -1 }) do
        local types, open = redis.call('ZRANGE', ring, 0, last), {}
        for _, number in ipairs(types) do
          local handler = servers(number)[SET]
          if handler and (free[handler.name] or 1) > 0 then open[#open + 1] = number end
        end
        if #open > 0 or #types <= last then return types, open end
      end
      return {}, {}
    end

    -- Types visited in one round, by how the runs are leased: with more of them a turn is worth several jobs, so that a claim
    -- costs what it takes, not how many types there are. What is claimed ahead is fast, so its turns pass quickly.
    local MOST_VISITS = { l = 4, a = 2 }

    -- Lets the types of a tier take turns. Says how many were picked.
    local function takeTier(tier, want)
      local ring = ringOf(tier)
      local taken, first, met = 0, #ids + 1, 0
      while taken < want and looked < LOOKED_AT_MOST do
        local types, open = openTypes(ring, math.min(MOST_VISITS[LETTER], math.max(2, want - taken)))
        met = math.max(met, #open)
        if #open == 0 then
          exhausted[tier] = true
          break
        end
        local share, turns = math.ceil((want - taken) / #open), {}
        for _, number in ipairs(open) do
          if taken == want then break end
          local handler = servers(number)[SET]
          local room = math.min(share, want - taken, free[handler.name] or share)
          if room > 0 then
            local got, empty = takeType(tier, number, room, handler)
            taken = taken + got
            if free[handler.name] then free[handler.name] = free[handler.name] - got end
            if empty then
              redis.call('ZREM', ring, number)
            elseif #types > 1 then
              turns[#turns + 1] = nextTurn()
              turns[#turns + 1] = number
            end
          end
        end
        if #turns > 0 then redis.call('ZADD', ring, 'XX', unpack(turns)) end
      end
      if met > 1 then interleave(first, 'type') end
      return taken
    end

    -- Tiers by weight: a firing costs a credit, and when no tier with work has one, all are filled up. A tier that
    -- is alone pays nothing.
    local WEIGHTS = { high = 10, normal = 5, low = 1 }

    -- Tiers that may have work. Most jobs have the default priority, so the other tiers are looked at together.
    local function tiersWithWork()
      if not exhausted.normal and redis.call('EXISTS', ringOf('high'), ringOf('low')) == 0 then return { 'normal' } end
      local found = {}
      for _, tier in ipairs(TIERS) do
        if not exhausted[tier] and redis.call('EXISTS', ringOf(tier)) == 1 then found[#found + 1] = tier end
      end
      return found
    end

    local function takeByCredit(tiers, want)
      local paid = 0
      for _, tier in ipairs(tiers) do
        local credit = meta[tier]
        if credit > 0 and want > paid then
          local got = takeTier(tier, math.min(credit, want - paid))
          setMeta(tier, credit - got)
          paid = paid + got
        end
      end
      if paid == 0 then
        for _, tier in ipairs(TIERS) do setMeta(tier, WEIGHTS[tier]) end
      end
      return paid
    end

    function takeAll(want)
      while want > 0 and looked < LOOKED_AT_MOST do
        local tiers = tiersWithWork()
        if #tiers == 0 then return end
        want = want - (#tiers == 1 and takeTier(tiers[1], want) or takeByCredit(tiers, want))
      end
    end
  end

  -- Leases what was picked.
  local leasePicked, replyHead, addHead, headsText
  do
    local function attemptsAllowed(extra, handler)
      local policy = extra.retryPolicy
      local allowed = policy and policy.maxAttempts or handler.attempts
      return extra.dlqAfter and math.min(allowed, extra.dlqAfter) or allowed
    end

    -- What the reply says of a lease beside its definition.
    function replyHead(record, place)
      return concat({
        record[SINCE], record[N], record[ATTEMPT], record[ERRORS], record[MAX], record[LEASE], place, '',
      }, '\n')
    end

    -- Leases a firing whose state is known, field by field.
    local function leaseKnown(place, id, record, handler)
      local extra = extraOf(id, record)
      if record[ST] == 'q' then zput(RETRYING, id, nil) end
      if extra.scheduleToStartTimeoutMs then zput(STARTS, id, nil) end
      local since = record[AT] ~= '' and record[AT] or definitions[id][CREATED]
      local length = extra.heartbeatTimeoutMs or handler.lease
      setStatus(id, record, LETTER)
      record[N] = record[N] == '' and '1' or tostring(record[N] + 1)
      record[TOKEN], record[NODE], record[AT], record[STARTED] = TOKEN_PREFIX .. '.' .. place, node, NOW, NOW
      record[MAX], record[LEASE], record[SINCE] = attemptsAllowed(extra, handler), length, since
      zput(LEASES, id, now + length)
      noteDue(now + length)
      if LETTER == 'l' then event('job.started', id, record, int(record, ATTEMPT) + 1, nil, true) end
      return replyHead(record, '')
    end

    -- The heads of leases, equal ones in a row once.
    local heads
    atStart(function() heads = {} end)

    function addHead(text)
      local last = heads[#heads]
      if last and last.text == text then last.leases = last.leases + 1 else heads[#heads + 1] = { text = text, leases = 1 } end
    end

    function headsText()
      local lines = {}
      for i, head in ipairs(heads) do lines[i] = head.leases .. '\n' .. head.text end
      return concat(lines)
    end

    -- States to be written and leases to be noted, as arguments.
    local sets, leases

    -- Leases a plain job, or member, whose state is written as a whole.
    local function leasePlain(place, since, priority, segment, line, flags)
      local cast, at = molds[place], #sets
      sets[at + 1], sets[at + 2] = stateKeys[place], Plain.run(cast, place, segment, since, priority, line, flags)
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
      looked = LOOKED_AT_MOST
    end

    -- Leases everything that was picked.
    function leasePicked()
      sets, leases = {}, {}
      -- What is not plain is leased behind the rest, and so the heads from the first of that on are added later.
      local headTexts, others = {}, {}
      local starts, definition, waits = LETTER == 'l', Plain.definition, Plain.waits
      for place = 1, #ids do
        local record = states[place]
        local since, priority, segment, line, head = nil, nil, nil, '', molds[place].reply
        if not record then
          since, priority, segment = match(texts[place], definition)
        elseif type(record) == 'string' then
          segment, since, priority, line = match(record, waits)
          head = since .. head
        end
        if since then
          leasePlain(place, since, priority, segment, line, '')
          if others[1] then headTexts[place] = head else addHead(head) end
        else
          others[#others + 1] = place
        end
      end
      if others[1] then
        if leaseOthers(others, headTexts) then closeGaps(others[1], headTexts) end
        for place = others[1], #ids do addHead(headTexts[place]) end
      end
      callMany('MSET', sets)
      callMany('ZADD', leases, LEASES)
      -- Told type by type, so that the events of one type share a line however the types take turns.
      for i = 1, #castsInOrder do
        local cast = castsInOrder[i]
        count('pending', cast.type, -cast.plain)
        count('running', cast.type, cast.plain)
        for place = 1, starts and cast.plain or 0 do addEvent('job.started', cast.ids[place], cast.event) end
      end
    end
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
      local place = record and sub(record[TOKEN], 1, #TOKEN_PREFIX + 1) == TOKEN_PREFIX .. '.'
        and sub(record[TOKEN], #TOKEN_PREFIX + 2)
      if place then
        ids[#ids + 1], texts[#texts + 1], claimedAt = id, definitions[id].text, record[AT]
        addHead(replyHead(record, place))
        Instance.noteOwner(extraOf(id, record).owner)
      end
    end
    return { 'repeat', concat(ids, ','), '', NOW, claimedAt, '', '', headsText(), texts, bigPayloads(), Instance.ownersReply() }
  end

  local function freeLeft()
    local lines = {}
    for name, slots in pairs(free) do lines[#lines + 1] = name .. '\t' .. slots end
    return concat(lines, '\n')
  end

  -- A node that found less than it asked for sleeps from this very step on, and says when it will look again. A claim ahead
  -- leaves that as it is: what the node does with its free slots, other claims say.
  local function fallAsleep()
    if SINGLE and LETTER == 'l' then redis.call('ZADD', key('asleep', SET), NOW, NODE_ID) end
    return lookAgain(NODE_ID, looked >= LOOKED_AT_MOST and now or nil)
  end

  -- Carries out the claim whose arguments stand from `from` to `last`. What it has changed is written by `write(answer)`.
  function claimRuns(from, last, write)
    readRequest(from, last)
    local state, earlier = answered()
    if state == 'superseded' then return { state } end
    if state == 'repeat' or MODE == 'repeat' then return repeated(earlier or '') end
    if meta.dueAt > 0 and meta.dueAt <= now and MODE ~= 'force' then return { 'due' } end
    if SINGLE and START == 'maybe asleep' then redis.call('ZREM', key('asleep', SET), NODE_ID) end

    takeAll(LIMIT)
    if #ids == 0 and redis.call('HEXISTS', SETS, SET) == 0 then return { 'unknown' } end
    leasePicked()
    local nextAt = #ids < LIMIT and fallAsleep() or ''
    local answer = concat(ids, ',')
    write(answer)
    return {
      'ok', answer, concat(wakes, '\n'), NOW, NOW, nextAt, freeLeft(), headsText(), texts, bigPayloads(), Instance.ownersReply(),
    }
  end
end
