#!lua flags=allow-oom
-- Leases instances that have mail to an engine.
-- KEYS: the fixed keys
-- ARGV: the call, 6 node, 7 limit, 8 lease in ms, 9 `repeat` to only repeat what was answered, `force` to look at mail although
--       something is due first, else '', 10 `1` to leave outputs of jobs out, then the queues
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

local function boxOf(queue) return key('mail', queue) end

-- What the end of a job says but for its output.
local UP_TO_OUTPUT = '^[JB](' .. string.rep('[^\n]*\n', 7) .. ')'

-- Takes the outputs out of messages.
local function leaveOutputs(texts)
  for i = 1, #texts do
    local rest = match(texts[i], UP_TO_OUTPUT)
    if rest then texts[i] = 'J' .. rest end
  end
end

-- Messages of instances.
local function readMail(ids)
  local mail = {}
  for i, id in ipairs(ids) do
    mail[i] = redis.call('LRANGE', key('m', id), 0, MOST_MAIL - 1)
    if ARGV[10] == '1' then leaveOutputs(mail[i]) end
  end
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
    local score = head and redis.call('ZSCORE', boxOf(Instance.queueOf(head)), id)
    if score and tonumber(score) == tonumber(expires) and score + 0 > now and head[H_VERSION] == version then
      ids[#ids + 1] = id
    end
  end
  return reply('repeat', '', ids, '')
end

-- Leases what waits longest in one queue.
local function take(queue, ids)
  local name, leases = boxOf(queue), {}
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

-- When the lease on mail in one of the queues is over.
local function firstLease(queues)
  local first
  for _, queue in ipairs(queues) do
    local head = redis.call('ZRANGEBYSCORE', boxOf(queue), '(' .. NOW, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    local at = tonumber(head[2])
    if at and (not first or at < first) then first = at end
  end
  return first
end

local function leaseText(id) return concat({ id, EXPIRES, Instance.of(id)[H_VERSION] }, ' ') end

-- Marks the caller as sleeping, or as awake.
local function mark(queues, sleeps)
  for _, queue in ipairs(queues) do
    local name = key('asleep', Instance.sleepers(queue))
    if sleeps then redis.call('ZADD', name, NOW, ARGV[6]) else redis.call('ZREM', name, ARGV[6]) end
  end
end

function run()
  local state, answer = answered()
  if state == 'superseded' then return { state } end
  if state == 'repeat' or MODE == 'repeat' then return repeated(answer or '') end
  if meta.dueAt > 0 and meta.dueAt <= now and MODE ~= 'force' then return { 'due' } end
  local ids, queues, leases = {}, {}, {}
  for i = 11, #ARGV do queues[#queues + 1] = ARGV[i] end
  for _, queue in ipairs(queues) do
    if #ids < LIMIT then take(queue, ids) end
  end
  if SINGLE then mark(queues, #ids < LIMIT) end
  local nextAt = #ids < LIMIT and lookAgain(ARGV[6], firstLease(queues)) or ''
  for i, id in ipairs(ids) do leases[i] = leaseText(id) end
  flush(concat(leases, ','))
  return reply('ok', concat(leases, ','), ids, nextAt)
end
