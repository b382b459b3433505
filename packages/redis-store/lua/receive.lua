#!lua flags=allow-oom
-- Leases instances that have mail to an engine.
-- KEYS: the fixed keys
-- ARGV: the call, 6 node, 7 limit, 8 lease in ms, 9 `repeat` to only repeat what was answered, `force` to look at mail although
--       something is due first, else '', then the kinds
-- Returns { 'due' } when `advance` must come first, else { 'ok' or 'repeat', answer, wakes, now, when time alone brings the next or
-- '', ids, heads and what belongs to them (Instance.replies of lib/heads.lua), messages of each instance, outputs that have keys
-- of their own }; the answer is `<id> <end of the lease> <version>` for each instance, joined by commas
--- @include "heads"
--- @include "asleep"
--- @include "flush"
preload({ 'dueAt', 'look', 'lookAt' })
-- MAX_MAIL of the port.
local MOST_MAIL = 200
local LIMIT, MODE, EXPIRES
atStart(function() LIMIT, MODE, EXPIRES = tonumber(ARGV[7]), ARGV[9], format('%.0f', now + ARGV[8]) end)

local function boxOf(kind) return key('mail', kind) end

-- Messages of instances.
local function readMail(ids)
  local mail = {}
  for i, id in ipairs(ids) do mail[i] = redis.call('LRANGE', key('m', id), 0, MOST_MAIL - 1) end
  return mail
end

-- The outputs that messages only name.
local function readOutputs(mail)
  local outputs = {}
  for _, texts in ipairs(mail) do
    for _, text in ipairs(texts) do
      if sub(text, 1, 1) == 'B' then
        outputs[#outputs + 1] = redis.call('GET', key('o', match(text, '^[^\n]*\n([^\n]*)'))) or ''
      end
    end
  end
  return outputs
end

local function reply(state, answer, ids, nextAt)
  local mail = readMail(ids)
  local function newestOf(i, id)
    return #mail[i] < MOST_MAIL and mail[i][#mail[i]] or redis.call('LINDEX', key('m', id), -1)
  end
  local heads = Instance.replies(ids, newestOf)
  return { state, answer, concat(wakes, '\n'), NOW, nextAt, ids, heads, mail, readOutputs(mail) }
end

-- What one call leased before, as far as it is leased by it still: nobody has committed it, or received it later.
local function repeated(answer)
  local ids = {}
  for id, expires, version in gmatch(answer, '([^, ]+) (%d+) (%d+)') do
    local head = Instance.of(id)
    local score = head and redis.call('ZSCORE', boxOf(head[H_KIND]), id)
    if score and tonumber(score) == tonumber(expires) and score + 0 > now and head[H_VERSION] == version then
      ids[#ids + 1] = id
    end
  end
  return reply('repeat', '', ids, '')
end

-- Leases what waits longest of one kind.
local function take(kind, ids)
  local name, leases = boxOf(kind), {}
  local waiting = redis.call('ZRANGEBYSCORE', name, '-inf', NOW, 'LIMIT', 0, LIMIT - #ids)
  Instance.load(waiting)
  for _, id in ipairs(waiting) do
    if Instance.of(id) then
      ids[#ids + 1] = id
      leases[#leases + 1] = EXPIRES
      leases[#leases + 1] = id
    else
      zput(name, id, nil)
    end
  end
  callMany('ZADD', leases, name)
end

-- When the lease on mail of one of the kinds is over.
local function firstLease(kinds)
  local first
  for _, kind in ipairs(kinds) do
    local head = redis.call('ZRANGEBYSCORE', boxOf(kind), '(' .. NOW, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    local at = tonumber(head[2])
    if at and (not first or at < first) then first = at end
  end
  return first
end

local function leaseText(id) return concat({ id, EXPIRES, Instance.of(id)[H_VERSION] }, ' ') end

-- Marks the caller as sleeping, or as awake.
local function mark(kinds, sleeps)
  for _, kind in ipairs(kinds) do
    local name = key('asleep', Instance.sleepers(kind))
    if sleeps then redis.call('ZADD', name, NOW, ARGV[6]) else redis.call('ZREM', name, ARGV[6]) end
  end
end

function run()
  local state, answer = answered()
  if state == 'superseded' then return { state } end
  if state == 'repeat' or MODE == 'repeat' then return repeated(answer or '') end
  if meta.dueAt > 0 and meta.dueAt <= now and MODE ~= 'force' then return { 'due' } end
  local ids, kinds, leases = {}, {}, {}
  for i = 10, #ARGV do kinds[#kinds + 1] = ARGV[i] end
  for _, kind in ipairs(kinds) do
    if #ids < LIMIT then take(kind, ids) end
  end
  if SINGLE then mark(kinds, #ids < LIMIT) end
  local nextAt = #ids < LIMIT and lookAgain(ARGV[6], firstLease(kinds)) or ''
  for i, id in ipairs(ids) do leases[i] = leaseText(id) end
  flush(concat(leases, ','))
  return reply('ok', concat(leases, ','), ids, nextAt)
end
