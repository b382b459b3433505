--- @include "record"
-- Rate limits, and keys that were throttled. A bucket is named like a slot (lib/slots.lua); `buckets` holds what is left in it and when
-- that was. What waits for a bucket or a throttled key stands in `sleepers` by when it goes on: `=<line>`, or the name of the bucket
-- of a type or tier.
local Buckets = {}
do
  -- name -> starts left, as of now; those that are to be written.
  local left, unwritten
  atStart(function() left, unwritten = {}, {} end)

  local SMALL = 1e-6

  -- The rate limit of a name, if it has one.
  local function rateOf(name)
    local kind, rest, flow = sub(name, 1, 1), sub(name, 2), Flow.now()
    local setting = kind == 't' and flow.types[rest] or kind == 'r' and flow.byName[rest] or kind == 'k' and flow.keys[rest]
    return setting and setting.rate and setting
  end

  local function fill(name, setting)
    local text = redis.call('HGET', BUCKETS, name)
    local tokens, at = match(text or '', '^(%S+) (%d+)$')
    left[name] = tokens and math.min(setting.burst, tonumber(tokens) + math.max(0, now - at) * setting.rate / 1000) or setting.burst
  end

  -- How many may start now.
  function Buckets.room(name)
    local setting = rateOf(name)
    if not setting then return math.huge end
    if not left[name] then fill(name, setting) end
    return math.floor(left[name] + SMALL)
  end

  function Buckets.take(name, starts)
    if starts == 0 or Buckets.room(name) == math.huge then return end
    left[name] = left[name] - starts
    unwritten[name] = true
  end

  -- When the next one may start.
  function Buckets.startsAt(name)
    return now + math.max(1, math.ceil((1 - left[name]) * 1000 / rateOf(name).rate - SMALL))
  end

  -- When it is worth looking again. Where starts follow each other fast some are waited for, so that nobody is woken for each.
  local BREATH = 20
  function Buckets.nextAt(name)
    local setting = rateOf(name)
    local first = (1 - left[name]) * 1000 / setting.rate
    local full = (setting.burst - left[name]) * 1000 / setting.rate
    return now + math.max(1, math.ceil(math.min(full, math.max(first, BREATH)) - SMALL))
  end

  -- Until when a key is throttled; nil when it is not. `throttledTo` is when the last of them goes on.
  function Buckets.throttled(key)
    if meta.throttledTo <= now then return nil end
    local till = tonumber(redis.call('ZSCORE', THROTTLED, key))
    return till and till > now and till or nil
  end

  -- Until when nothing may start that has this key; nil when something may.
  function Buckets.blockedUntil(key)
    local till = Buckets.throttled(key)
    if Buckets.room('k' .. key) >= 1 then return till end
    return math.max(till or 0, Buckets.startsAt('k' .. key))
  end

  -- Something goes on at this time.
  function Buckets.sleep(member, at)
    zput(SLEEPERS, member, at)
    if meta.wakeAt == 0 or at < meta.wakeAt then setMeta('wakeAt', at) end
    noteLook(at)
  end

  local function wake(member)
    local kind, rest = sub(member, 1, 1), sub(member, 2)
    if kind == '=' then return Lines.reopen(match(rest, '^([^:]*:[^:]*:[^:]*):(.*)$')) end
    local starts = math.min(Buckets.room(member), 100)
    if kind == 't' then Lines.wakeType(rest, starts) else Lines.wakeTier(rest, starts) end
  end

  -- What has slept long enough goes on. Says how much that was.
  function Buckets.wake(limit)
    if meta.wakeAt == 0 or meta.wakeAt > now then return 0 end
    flushZset(SLEEPERS)
    local members = redis.call('ZRANGEBYSCORE', SLEEPERS, '-inf', NOW, 'LIMIT', 0, limit)
    for _, member in ipairs(members) do wake(member) end
    callMany('ZREM', members, SLEEPERS)
    local head = redis.call('ZRANGE', SLEEPERS, 0, 0, 'WITHSCORES')
    setMeta('wakeAt', tonumber(head[2]) or 0)
    Lines.flushOpened()
    return #members
  end

  -- Other rates hold: everything that sleeps is looked at again.
  function Buckets.wakeAll()
    if meta.wakeAt == 0 then return end
    for _, member in ipairs(redis.call('ZRANGE', SLEEPERS, 0, -1)) do wake(member) end
    redis.call('DEL', SLEEPERS)
    setMeta('wakeAt', 0)
    Lines.flushOpened()
  end

  -- Forgets keys that are throttled no more and, of `limit` buckets, the full ones.
  function Buckets.clear(limit)
    if meta.throttledTo > 0 then
      redis.call('ZREMRANGEBYSCORE', THROTTLED, '-inf', NOW)
      if meta.throttledTo <= now then setMeta('throttledTo', 0) end
    end
    local flat, full = redis.call('HGETALL', BUCKETS), {}
    for i = 1, math.min(#flat, 2 * limit), 2 do
      local setting = rateOf(flat[i])
      if not setting or Buckets.room(flat[i]) >= setting.burst then full[#full + 1] = flat[i] end
    end
    callMany('HDEL', full, BUCKETS)
  end

  function Buckets.flush()
    if next(unwritten) == nil then return end
    local sets = {}
    for name in pairs(unwritten) do
      sets[#sets + 1] = name
      sets[#sets + 1] = format('%.12g', left[name]) .. ' ' .. NOW
    end
    unwritten = {}
    callMany('HSET', sets, BUCKETS)
  end
end
