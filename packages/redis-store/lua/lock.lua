#!lua flags=allow-oom
-- Takes, prolongs and gives up named locks, kept as `<epoch>\t<expires>\t<owner>`.
-- KEYS: the fixed keys
-- ARGV: the call, 6 verb (acquire, renew, release, force), 7 name, 8 owner, 9 epoch, 10 time to live in ms
-- Returns { 'ok', answer, wakes }; the answer of acquire is `acquired,<epoch>` or `held,<expires>,<owner>`, of the
-- others `1` or `0`
--- @include "commit"
--- @include "node-events"
local VERB, NAME, OWNER, EPOCH
local epoch, expires, owner, held, mine

atStart(function()
  VERB, NAME, OWNER, EPOCH = ARGV[6], ARGV[7], ARGV[8], ARGV[9]
  epoch, expires, owner = match(redis.call('HGET', LOCKS, NAME) or '', '^(%d+)\t(%d+)\t(.*)$')
  held = epoch and tonumber(expires) > now
  mine = held and owner == OWNER and (VERB == 'acquire' or epoch == EPOCH)
end)

local function tellLeader(name, who)
  if NAME == 'leader' then nodeEvent(name, who) end
end

local function keep(number)
  redis.call('HSET', LOCKS, NAME, concat({ number, format('%.0f', now + ARGV[10]), OWNER }, '\t'))
end

local function drop()
  redis.call('HDEL', LOCKS, NAME)
  tellLeader('leader.lost', owner)
end

local verbs = {}

function verbs.acquire()
  if held and not mine then return concat({ 'held', expires, owner }, ',') end
  if mine then
    keep(epoch)
    return 'acquired,' .. epoch
  end
  if epoch then tellLeader('leader.lost', owner) end
  setMeta('epoch', meta.epoch + 1)
  keep(meta.epoch)
  tellLeader('leader.elected', OWNER)
  return 'acquired,' .. meta.epoch
end

function verbs.renew()
  if mine then keep(epoch) end
  return mine and '1' or '0'
end

function verbs.release()
  if mine then drop() end
  return mine and '1' or '0'
end

function verbs.force()
  if held then drop() end
  return held and '1' or '0'
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  return commit(verbs[VERB]())
end
