--- @include "arguments"
--- @include "instances"
-- Parts of instances, and the ordered sets that find them. Arguments: parts to write: name, text; parts to take away: name; marks:
-- set, order or '', name.
do
  local function writeTexts(id)
    local name = key('p', id)
    local from, last = Arguments.list(2)
    for i = from, last, MOST_ARGUMENTS do redis.call('HSET', name, unpack(ARGV, i, math.min(i + MOST_ARGUMENTS - 1, last))) end
    callMany('HDEL', Arguments.texts(), name)
  end

  -- The head is rewritten by every commit, so it holds a few names only: those of more sets, one for each signal that is waited
  -- for, stand in a key of their own.
  local MOST_NAMES = 200

  local function noteSet(id, head, set)
    if find('\t' .. head[H_SETS] .. '\t', '\t' .. set .. '\t', 1, true) then return end
    if #head[H_SETS] + #set > MOST_NAMES then
      redis.call('SADD', key('ps', id), set)
      return Instance.flag(head, 's')
    end
    head[H_SETS] = head[H_SETS] == '' and set or head[H_SETS] .. '\t' .. set
  end

  local function writeMarks(id, head)
    local from, last = Arguments.list(3)
    local names = {}
    for i = from, last, 3 do
      local set = ARGV[i]
      if not names[set] then
        names[set] = key('pm', id .. ':' .. set)
        noteSet(id, head, set)
      end
      zput(names[set], ARGV[i + 2], tonumber(ARGV[i + 1]))
    end
  end

  -- Writes the parts the next arguments say.
  function Instance.writeParts(id, head)
    writeTexts(id)
    writeMarks(id, head)
  end

  -- Where among these names the first stands that an item of the instance has, or one before it.
  function Instance.takenName(id, names)
    local met, set = {}, key('pm', id .. ':names')
    for i = 1, #names, MOST_ARGUMENTS do
      local last = math.min(i + MOST_ARGUMENTS - 1, #names)
      local places = redis.call('ZMSCORE', set, unpack(names, i, last))
      for k = i, last do
        if met[names[k]] or places[k - i + 1] then return k end
        met[names[k]] = true
      end
    end
  end

  -- The items of new parts take the next places.
  function Instance.addNames(id, head, names)
    if #names == 0 then return end
    noteSet(id, head, 'names')
    local size, args = tonumber(head[H_SIZE]), {}
    for i = 1, #names do args[2 * i - 1], args[2 * i] = size + i - 1, names[i] end
    callMany('ZADD', args, key('pm', id .. ':names'))
    head[H_SIZE] = format('%.0f', size + #names)
  end
end
