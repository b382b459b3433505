--- @include "record"
--- @include "events"
--- @include "names"
-- Work no live node takes: `unserved` has per `<type>:<version>` since when. `unserved` of `meta` counts them, `unservedAt` is when the first
-- of their jobs may die.
do
  local function settingMs() return Flow.now().unservedMs end

  -- A line that nobody serves has work from now on, or nobody serves it any more.
  function Unserved.note(number, version)
    local name = number .. ':' .. version
    if redis.call('HSETNX', UNSERVED, name, NOW) == 1 then
      setMeta('unserved', meta.unserved + 1)
      addEvent('queue.unserved', '', '\t' .. version .. '\t' .. number .. '\t\t\t')
    end
    if settingMs() then Unserved.lookAt(now + settingMs()) end
  end

  function Unserved.lookAt(at)
    if meta.unservedAt == 0 or at < meta.unservedAt then setMeta('unservedAt', at) end
    noteDue(at)
  end

  -- Somebody serves it, or nothing is left of it.
  function Unserved.drop(name)
    if meta.unserved > 0 and redis.call('HDEL', UNSERVED, name) == 1 then setMeta('unserved', meta.unserved - 1) end
  end

  -- What stands in lines: `<type>:<version>` -> how many, and the tiers they stand in.
  function Unserved.waiting()
    local found, flat = {}, redis.call('HGETALL', COUNTS)
    for i = 1, #flat, 2 do
      local tier, name = match(flat[i], '^line:([^:]*):([^:]*:[^:]*)$')
      if tier then
        local at = found[name] or { waiting = 0, tiers = {} }
        at.waiting, at.tiers[#at.tiers + 1] = at.waiting + tonumber(flat[i + 1]), tier
        found[name] = at
      end
    end
    return found
  end

  -- The last node of a set has gone: what only that one served is noted.
  function Unserved.noteAll()
    for name in pairs(Unserved.waiting()) do
      local number, version = match(name, '^(%d+):(.*)$')
      local served = false
      for _, handler in pairs(servers(number)) do served = served or compatible(handler.version, version) end
      if not served then Unserved.note(number, version) end
    end
  end

  -- A set has come: what it serves is noted no more.
  function Unserved.dropServed()
    if meta.unserved == 0 then return end
    for _, name in ipairs(redis.call('HKEYS', UNSERVED)) do
      local number, version = match(name, '^(%d+):(.*)$')
      for _, handler in pairs(servers(number)) do
        if compatible(handler.version, version) then
          Unserved.drop(name)
          break
        end
      end
    end
  end

  -- Nothing stands any more in a line of `counts`.
  function Unserved.emptied(field)
    if meta.unserved == 0 then return end
    local name = match(field, '^line:[^:]*:([^:]*:[^:]*)$')
    if name and redis.call('HEXISTS', UNSERVED, name) == 1 and not Unserved.waiting()[name] then Unserved.drop(name) end
  end
end
