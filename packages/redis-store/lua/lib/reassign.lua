--- @include "names"
--- @include "lines"
-- Giving a job another version.

-- `version` is its name, '' for none.
local function reassignDefinition(id, record, version)
  local definition, number = definitionOf(id), version ~= '' and nameNumber('v' .. version) or ''
  local payload = sub(definition.text, #concat(definition, '\n', 1, 8) + 1)
  definition[DEF_VERSION], record[VERSION] = number, number
  definition.text = concat(definition, '\n', 1, 8) .. payload
  redis.call('SET', key('j', id), definition.text)
  record[UPDATED] = NOW
  dirty[id] = record
end

-- One that is in a line goes to the end of that of its new version.
local function reassignVersion(id, record, version)
  local waits = record[ST] == 'w' or record[ST] == 'q'
  if waits then leaveLine(id, record) end
  reassignDefinition(id, record, version)
  if waits then enterLine(id, record, false) end
end
