--- @include "marks"
--- @include "ending"
-- Taking away what users handed in and got of an ended firing; what it is, when it ran and how it ended stays.
local purge, purgeAnswers
do
  -- Where the object that begins behind `from` ends. Its members are strings.
  local function endOfHeaders(text, from)
    while true do
      local at = find(text, '["}]', from)
      if sub(text, at, at) == '}' then return at end
      from = at + 1
      while true do
        local stop = find(text, '["\\]', from)
        from = stop + 1
        if sub(text, stop, stop) == '"' then break end
        from = from + 1
      end
    end
  end

  -- In a string the quotes were escaped, so this is the member and nothing else.
  local HEADERS = '"headers":{'
  local function withoutHeaders(extra)
    local _, last = find(extra, HEADERS, 1, true)
    if not last then return extra end
    return sub(extra, 1, last) .. sub(extra, endOfHeaders(extra, last + 1))
  end

  local function purgeDefinition(id)
    local definition = definitionOf(id)
    if definition[SIZE] == '@' then redis.call('DEL', key('y', id)) end
    definition[SIZE], definition[DEF_EXTRA] = '', withoutHeaders(definition[DEF_EXTRA])
    definition.text = concat(definition, '\n', 1, 8) .. '\nnull'
    redis.call('SET', key('j', id), definition.text)
  end

  -- Filed runs keep their times and how they ended; see `fileRun`.
  local function purgeRuns(id)
    local runs = redis.call('LRANGE', key('r', id), 0, -1)
    if #runs == 0 then return end
    for i, run in ipairs(runs) do
      local kept, beat = match(run, '^(' .. string.rep('[^\t]*\t', 6) .. ')[^\t]*\t([^\t]*)')
      runs[i] = kept .. '\t' .. beat .. '\t'
    end
    redis.call('DEL', key('r', id))
    redis.call('RPUSH', key('r', id), unpack(runs))
  end

  -- Ids whose errors the answers of lanes may still tell.
  local forgotten
  atStart(function() forgotten = {} end)

  local function purgeFiring(id, record)
    purgeDefinition(id)
    purgeRuns(id)
    Marks.drop(id, record, 'm')
    Marks.drop(id, record, 't')
    if record[OUT] == '@' then redis.call('DEL', key('o', id)) end
    if record[BEAT] ~= '' then redis.call('DEL', key('b', id)) end
    record[OUT], record[OUTPUT], record[ERROR], record[CANCEL] = '', '', '', ''
    record[FLAGS] = string.gsub(record[FLAGS], 'b', '')
    record.extra = nil
    dirty[id] = record
    forgotten[id] = true
  end

  local function purgeFirings(schedule)
    local ids = Schedule.firings(schedule, 'f')
    loadOpen(ids)
    loadDefinitions(ids)
    for _, id in ipairs(ids) do
      if records[id] then purgeFiring(id, records[id]) end
    end
    -- What firings inherit ends where their own headers would follow.
    Schedule.set(schedule, 'extra', sub(withoutHeaders(Schedule.text(schedule, 'extra') .. '}}'), 1, -3))
  end

  -- An ended job with its firings, or one ended firing.
  function purge(id, record)
    local schedule = Schedule.isOf(record) and Schedule.of(id)
    if schedule then purgeFirings(schedule) end
    purgeFiring(id, record)
  end

  -- A row of what ended, without the error behind it.
  local function withoutError(row)
    local known, id = match(row, '^(([^\t\r]*)\t[^\t]*\t[^\t]*\t[^\t]*\t[^\t]*\t)')
    return id and forgotten[id] and known or row
  end

  -- Answers are kept until the next call of their lane, and they tell of what ended and why.
  function purgeAnswers()
    if not next(forgotten) then return end
    local flat = redis.call('HGETALL', META)
    for i = 1, #flat, 2 do
      if find(flat[i], ':', 1, true) and find(flat[i + 1], '\r', 1, true) then
        local text = string.gsub(flat[i + 1], '[^\r\n]+', withoutError)
        if text ~= flat[i + 1] then redis.call('HSET', META, flat[i], text) end
      end
    end
  end
end
