--- @include "picking-keyed"
-- Picking what a claim is to lease: tiers by weight, in a tier the types in turn, in a type its lines.
do
  local canLook, mold, readJobs, pick = Claim.canLook, Claim.mold, Claim.readJobs, Claim.pick
  local ids, texts, stateKeys, states, molds, picked
  local exhausted, shut
  atStart(function()
    ids, texts, stateKeys, states, molds = Claim.ids, Claim.texts, Claim.stateKeys, Claim.states, Claim.molds
    picked, exhausted, shut = Claim.picked, {}, {}
  end)

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
    local taken, isEmpty = 0, false
    while taken < want and canLook() do
      local some = math.min(want - taken, MOST_AT_ONCE)
      local popped = redis.call('LMPOP', 2, front, line, 'LEFT', 'COUNT', some)
      if not popped then
        isEmpty = true
        break
      end
      local hints = popped[2]
      Claim.looked = Claim.looked + #hints
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
    if taken > 0 then countInLine(name, -taken) end
    return taken, isEmpty
  end
  -- The items of a list from place `from` on, in the order of these places.
  local function arrange(list, from, places)
    local arranged = {}
    for i = 1, #places do arranged[i] = list[places[i]] end
    for i = 1, #places do list[from + i - 1] = arranged[i] end
  end

  -- Whether no two of what was picked from place `from` on are of one group.
  local function allDiffer(from, nameOf)
    local met = {}
    for i = from, #ids do
      local name = nameOf(i)
      if met[name] then return false end
      met[name] = true
    end
    return true
  end

  -- Reorders what was picked from place `from` on, so that groups take turns in the order they were first met.
  local function interleave(from, nameOf)
    if allDiffer(from, nameOf) then return end
    local groups, order, places = {}, {}, {}
    for i = from, #ids do
      local name = nameOf(i)
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

  local function lineAt(place) return Claim.lines[ids[place]] or molds[place].version end
  local function typeAt(place) return molds[place].type end

  -- How many may be leased by what holds for a type or tier, named like its slot. A claim ahead takes nothing that is limited.
  local function roomAt(name, setting)
    if not setting then return math.huge end
    if setting.paused then return 0 end
    if not setting.maxRunning and not setting.rate then return math.huge end
    if Claim.letter == 'a' then return 0 end
    local slots = setting.maxRunning and Slots.free(name) or math.huge
    return slots > 0 and math.min(slots, Buckets.room(name)) or 0
  end

  -- Whoever waits for the rate of a type or tier, and not for a slot, goes on when there is a start again.
  local function sleepAt(name, setting)
    if not setting or setting.paused or not setting.rate or Claim.letter == 'a' then return end
    if setting.maxRunning and Slots.free(name) <= 0 then return end
    if Buckets.room(name) < 1 then Buckets.sleep(name, Buckets.nextAt(name)) end
  end

  -- What was picked from place `first` on takes slots of its type and tier, and starts of their rates.
  local function charge(tier, number, first)
    local taken, flow = #ids - first + 1, Flow.now()
    if taken == 0 then return end
    if Lines.isTelling() then
      local jobs = {}
      for place = first, #ids do jobs[molds[place].version] = (jobs[molds[place].version] or 0) + 1 end
      for version, many in pairs(jobs) do Lines.taken(number, version, tier, many) end
    end
    if not flow.types[number] and not flow.byName[tier].isLimited then return end
    local shared = Slots.shared(tier, number)
    for _, name in ipairs(shared) do Slots.take(name, taken) end
    Buckets.take('t' .. number, taken)
    Buckets.take('r' .. tier, taken)
    if #shared == 0 then return end
    local text = concat(shared, '\t')
    for place = first, #ids do
      local own = Claim.holds[ids[place]]
      Claim.holds[ids[place]] = own and text .. '\t' .. own or text
    end
  end

  -- What of a type may be claimed: `line` members of its versions, and how many turns each gets.
  local function openLines(tier, number, handler)
    local open, hidden, hasKeyed = {}, false, false
    local flat = redis.call('ZRANGE', key('lines', tier .. ':' .. number), 0, -1, 'WITHSCORES')
    for i = 1, #flat, 2 do
      local member = flat[i]
      local version, keyed = match(member, '^([^:]*)(:?)$')
      if compatible(handler.version, version) then
        if keyed == '' then
          open[#open + 1] = { member = member, version = version, turns = 1, turn = tonumber(flat[i + 1]) }
        elseif Claim.letter == 'a' then
          hidden = true
        else
          local ring = key('keyed', tier .. ':' .. number .. ':' .. version)
          local first = redis.call('ZRANGE', ring, 0, 0, 'WITHSCORES')[2]
          open[#open + 1] = {
            member = member, version = version, turn = tonumber(first) or 0, keyed = true,
            turns = math.max(1, redis.call('ZCOUNT', ring, '-inf', Claim.UNTIL_NEVER)),
          }
          hasKeyed = true
        end
      end
    end
    -- The turn of lines by key is that of the first of them.
    if hasKeyed then table.sort(open, function(a, b) return a.turn < b.turn end) end
    return open, hidden
  end

  -- Lets the lines of a type take turns. Says how many were picked, and whether nothing claimable is left.
  local function takeType(tier, number, want, handler)
    local name = key('lines', tier .. ':' .. number)
    local taken, first = 0, #ids + 1
    local open, hidden = openLines(tier, number, handler)
    local left, turns = #open, 0
    for _, line in ipairs(open) do turns = turns + line.turns end
    while taken < want and left > 0 and canLook() do
      local share = math.max(1, math.floor((want - taken) / turns))
      for _, line in ipairs(open) do
        if not line.done and taken < want then
          local take = line.keyed and Claim.takeKeyed or takeLine
          local got, empty = take(tier, number, line.version, math.min(share * line.turns, want - taken), handler)
          taken = taken + got
          if empty then
            line.done, left, turns = true, left - 1, turns - line.turns
            redis.call('ZREM', name, line.member)
            Lines.closed(tier, number, line.member)
          elseif #open > 1 then
            redis.call('ZADD', name, 'XX', nextTurn(), line.member)
          end
        end
      end
    end
    if #open > 1 or open[1] and open[1].keyed then interleave(first, lineAt) end
    charge(tier, number, first)
    return taken, left == 0 and not hidden
  end

  local function ringOf(tier) return key('ring', Claim.set .. ':' .. tier) end

  -- The types whose turn is next, without those whose handler is full or that wait for something; all of them when the first
  -- ones are.
  local function openTypes(tier, want)
    local ring = ringOf(tier)
    for _, last in ipairs({ want - 1, -1 }) do
      local types, open = redis.call('ZRANGE', ring, 0, last), {}
      for _, number in ipairs(types) do
        local handler = servers(number)[Claim.set]
        if handler and (Claim.free[handler.name] or 1) > 0 and not shut[tier .. ':' .. number] then open[#open + 1] = number end
      end
      if #open > 0 or #types <= last then return types, open end
    end
    return {}, {}
  end

  -- Types visited in one round, by how the runs are leased: with more of them a turn is worth several jobs, so that a claim
  -- costs what it takes, not how many types there are. What is claimed ahead is fast, so its turns pass quickly.
  local MOST_VISITS = { l = 4, a = 2 }

  -- Lets the types of a tier take turns. Says how many were picked.
  local function takeTypes(tier, want)
    local ring, limits = ringOf(tier), Flow.now().types
    local taken, first, met = 0, #ids + 1, 0
    while taken < want and canLook() do
      local types, open = openTypes(tier, math.min(MOST_VISITS[Claim.letter], math.max(2, want - taken)))
      met = math.max(met, #open)
      if #open == 0 then
        exhausted[tier] = true
        break
      end
      local share, turns = math.ceil((want - taken) / #open), {}
      for _, number in ipairs(open) do
        if taken == want then break end
        local handler, limit = servers(number)[Claim.set], limits[number]
        local room = math.min(share, want - taken, Claim.free[handler.name] or share, roomAt('t' .. number, limit))
        local got, empty = 0, false
        if room > 0 then got, empty = takeType(tier, number, room, handler) end
        taken = taken + got
        if Claim.free[handler.name] then Claim.free[handler.name] = Claim.free[handler.name] - got end
        if empty then
          redis.call('ZREM', ring, number)
          Lines.closed(tier, number, '')
        else
          sleepAt('t' .. number, limit)
          if got < room or room <= 0 then shut[tier .. ':' .. number] = true end
          if #types > 1 then
            turns[#turns + 1] = nextTurn()
            turns[#turns + 1] = number
          end
        end
      end
      if #turns > 0 then redis.call('ZADD', ring, 'XX', unpack(turns)) end
    end
    if met > 1 then interleave(first, typeAt) end
    return taken
  end

  local function takeTier(tier, want)
    local setting = Flow.now().byName[tier]
    local room = roomAt('r' .. tier, setting)
    if room <= 0 then
      exhausted[tier] = true
      sleepAt('r' .. tier, setting)
      return 0
    end
    local taken = takeTypes(tier, math.min(want, room))
    if not exhausted[tier] then sleepAt('r' .. tier, setting) end
    return taken
  end

  -- Tiers that may have work, the highest first. Most jobs have the default priority, so by default the other tiers are looked at
  -- together.
  local function tiersWithWork()
    local flow = Flow.now()
    if flow.isDefault and not exhausted.normal and redis.call('EXISTS', ringOf('high'), ringOf('low')) == 0 then
      return { flow.byName.normal }
    end
    local found = {}
    for _, tier in ipairs(flow.order) do
      if not exhausted[tier.name] and not tier.paused and redis.call('EXISTS', ringOf(tier.name)) == 1 then
        found[#found + 1] = tier
      end
    end
    return found
  end

  -- Tiers by weight: a firing costs a credit, and when no tier with work has one, all are filled up. A tier that
  -- is alone pays nothing.
  local function creditOf(tier) return '~' .. tier.name end

  local function takeByCredit(tiers, want)
    local paid = 0
    for _, tier in ipairs(tiers) do
      local credit = math.min(meta[creditOf(tier)], tier.weight)
      if credit > 0 and want > paid then
        local got = takeTier(tier.name, math.min(credit, want - paid))
        setMeta(creditOf(tier), credit - got)
        paid = paid + got
      end
    end
    if paid == 0 then
      for _, tier in ipairs(Flow.now().order) do setMeta(creditOf(tier), tier.weight) end
    end
    return paid
  end

  -- Picks up to `want` runs.
  function Claim.pickAll(want)
    while want > 0 and canLook() do
      local tiers = tiersWithWork()
      if #tiers == 0 then return end
      want = want - (#tiers == 1 and takeTier(tiers[1].name, want) or takeByCredit(tiers, want))
    end
  end
end
