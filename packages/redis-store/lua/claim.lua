#!lua flags=allow-oom
-- Leases runs to a node.
-- KEYS: the fixed keys
-- ARGV: the call, 6 node, 7 handler set, 8 limit, 9 `1` when the runs start at once, 10 token prefix, 11 `repeat` to
--       only repeat what was answered, `force` to look at work although something is due first, else '', then
--       name and free slots of each handler that can take fewer
-- Returns { 'unknown' } for an unknown set, { 'due' } when `advance` must come first, else
-- { 'ok' or 'repeat', answer, wakes, now, next due, free slots left as lines `<name>\t<slots>`, then one text per lease:
-- id, claimable since, claimed at, n, attempt, errors, max, lease, place in the token, and the definition; then the
-- payloads that have keys of their own, in order }; the answer is the leased ids
--- @include "flush"
--- @include "names"
--- @include "hints"
local NODE_ID, SET, LIMIT, STARTED_NOW, TOKEN_PREFIX = ARGV[6], ARGV[7], tonumber(ARGV[8]), ARGV[9] == '1', ARGV[10]
-- Stale hints looked at in one claim; what stays behind is met by the next.
local LOOKED_AT_MOST = 2000

local leases, claimable, free = {}, {}, {}

local function freeLeft()
  local lines = {}
  for name, slots in pairs(free) do lines[#lines + 1] = name .. '\t' .. slots end
  return concat(lines, '\n')
end

local function reply(state, answer, nextAt)
  local out = { state, answer, concat(wakes, '\n'), NOW, nextAt, freeLeft() }
  local big = {}
  for i, id in ipairs(leases) do
    local record, definition = records[id], definitions[id]
    local place = sub(record[TOKEN], #TOKEN_PREFIX + 2)
    out[#out + 1] = concat({
      id, claimable[i], record[AT], record[N], record[ATTEMPT], record[ERRORS], record[MAX], record[LEASE], place,
      definition.text,
    }, '\n')
    if definition[SIZE] == '@' then big[#big + 1] = redis.call('GET', key('y', id)) or '' end
  end
  for _, payload in ipairs(big) do out[#out + 1] = payload end
  return out
end

local function repeated(answer)
  local ids = {}
  for id in gmatch(answer, '[^,]+') do ids[#ids + 1] = id end
  loadDefinitions(ids)
  loadOpen(ids)
  for _, id in ipairs(ids) do
    local record = records[id]
    if record and sub(record[TOKEN], 1, #TOKEN_PREFIX + 1) == TOKEN_PREFIX .. '.' then
      leases[#leases + 1], claimable[#claimable + 1] = id, record[SINCE]
    end
  end
  return reply('repeat', answer, '')
end

local state, earlier = answered()
if state == 'superseded' then return { state } end
if state == 'repeat' or ARGV[11] == 'repeat' then return repeated(earlier or '') end
if meta.dueAt > 0 and meta.dueAt <= now and ARGV[11] ~= 'force' then return { 'due' } end
if SINGLE then redis.call('ZREM', key('asleep', SET), NODE_ID) end

for i = 12, #ARGV, 2 do free[ARGV[i]] = tonumber(ARGV[i + 1]) end

local nodeNumber = nil

local function attemptsAllowed(extra, handler)
  local policy = extra.retryPolicy
  local allowed = policy and policy.maxAttempts or handler.attempts
  return extra.dlqAfter and math.min(allowed, extra.dlqAfter) or allowed
end

local function lease(id, record, handler)
  nodeNumber = nodeNumber or nameNumber('n' .. NODE_ID)
  local extra = extraOf(id, record)
  if record[ST] == 'q' then zput(RETRYING, id, nil) end
  if extra.scheduleToStartTimeoutMs then zput(STARTS, id, nil) end
  local place = #leases + 1
  leases[place] = id
  claimable[place] = record[AT] ~= '' and record[AT] or definitions[id][CREATED]
  local length = extra.heartbeatTimeoutMs or handler.lease
  setStatus(id, record, STARTED_NOW and 'l' or 'a')
  record[N] = record[N] == '' and '1' or tostring(record[N] + 1)
  record[TOKEN], record[NODE], record[AT], record[STARTED] = TOKEN_PREFIX .. '.' .. place, nodeNumber, NOW, NOW
  record[MAX], record[LEASE], record[SINCE] = attemptsAllowed(extra, handler), length, claimable[place]
  zput(LEASES, id, now + length)
  noteDue(now + length)
  if STARTED_NOW then event('job.started', id, record, int(record, ATTEMPT) + 1, nil, true) end
end

local looked = 0

-- Leases from the head of one line. Says how many, and whether the line is empty now.
local function takeLine(tier, number, version, want, handler)
  local name = tier .. ':' .. number .. ':' .. version
  local taken = 0
  while taken < want and looked < LOOKED_AT_MOST do
    local hints = redis.call('LPOP', key('front', name), want - taken)
      or redis.call('LPOP', key('line', name), want - taken)
    if not hints then return taken, true end
    looked = looked + #hints
    local ids, entries = {}, {}
    for i, hint in ipairs(hints) do ids[i], entries[i] = readHint(hint) end
    loadDefinitions(ids)
    loadOpen(ids)
    for i, id in ipairs(ids) do
      local record = records[id]
      if stands(record, entries[i]) then
        lease(id, record, handler)
        taken = taken + 1
      else
        countStale(name, -1)
      end
    end
  end
  return taken, false
end

-- Reorders what was leased from place `from` on, so that groups take turns in the order they were first met.
local function interleave(from, field)
  local groups, order = {}, {}
  for i = from, #leases do
    local name = records[leases[i]][field]
    if not groups[name] then
      groups[name] = { next = 1 }
      order[#order + 1] = name
    end
    local group = groups[name]
    group[#group + 1] = { leases[i], claimable[i] }
  end
  if #order < 2 then return end
  local i = from
  while i <= #leases do
    for _, name in ipairs(order) do
      local group = groups[name]
      local item = group[group.next]
      if item then
        leases[i], claimable[i] = item[1], item[2]
        group.next = group.next + 1
        i = i + 1
      end
    end
  end
end

-- Lets the versions of a type take turns. Says how many were leased, and whether nothing claimable is left.
local function takeType(tier, number, want, handler)
  local name = key('lines', tier .. ':' .. number)
  local open, taken, done, first = {}, 0, {}, #leases + 1
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
  interleave(first, VERSION)
  return taken, left == 0
end

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

-- Lets the types of a tier take turns. Says how many were leased.
local exhausted = {}
local function takeTier(tier, want)
  local ring = key('ring', SET .. ':' .. tier)
  local taken, first = 0, #leases + 1
  while taken < want and looked < LOOKED_AT_MOST do
    local types, open = openTypes(ring, math.max(2, want - taken))
    if #open == 0 then
      exhausted[tier] = true
      break
    end
    local share = math.max(1, math.floor((want - taken) / #open))
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
          redis.call('ZADD', ring, 'XX', nextTurn(), number)
        end
      end
    end
  end
  interleave(first, TYPE)
  return taken
end

-- Tiers by weight: a firing costs a credit, and when no tier with work has one, all are filled up. A tier that
-- is alone pays nothing.
local WEIGHTS = { high = 10, normal = 5, low = 1 }

local function tiersWithWork()
  local found = {}
  for _, tier in ipairs(TIERS) do
    if not exhausted[tier] and redis.call('EXISTS', key('ring', SET .. ':' .. tier)) == 1 then found[#found + 1] = tier end
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

local function takeAll(want)
  while want > 0 and looked < LOOKED_AT_MOST do
    local tiers = tiersWithWork()
    if #tiers == 0 then return end
    want = want - (#tiers == 1 and takeTier(tiers[1], want) or takeByCredit(tiers, want))
  end
end

takeAll(LIMIT)
if #leases == 0 and redis.call('HEXISTS', SETS, SET) == 0 then return { 'unknown' } end

-- A node that found less than it asked for sleeps from this very step on, and says when it will look again.
local PROMISE = 5000
local nextAt = ''
if #leases < LIMIT then
  local due = math.min(meta.dueAt > 0 and meta.dueAt or math.huge, earliest or math.huge)
  if looked >= LOOKED_AT_MOST then due = now end
  if due < math.huge then nextAt = format('%.0f', due) end
  if SINGLE then redis.call('ZADD', key('asleep', SET), NOW, NODE_ID) end
  local promise = math.min(due, now + PROMISE)
  if meta.look == '' or meta.lookAt <= now or promise < meta.lookAt then
    setMeta('look', NODE_ID)
    setMeta('lookAt', promise)
  end
end
local answer = concat(leases, ',')
flush()
remember(answer)
return reply('ok', answer, nextAt)
