#!lua
-- Adds parts to open instances, each wholly or not at all, in order.
-- KEYS: the fixed keys
-- ARGV: the call, 6 number of instances, and these; then for each append: how many arguments follow, and these: id, items it has before,
--       `1` when it is the last, `1` when it is to be told, three lists of parts (lib/parts.lua), and the names of the items, behind
--       their number
-- Returns { 'ok', answer, wakes }; the answer is per append `appended:<size>`, `elsewhere:<size>:<1 when it is open>`,
-- `duplicate:<place of the name among those given>`, `refused:<status>` or `unknown`, joined by commas
--- @include "parts"
--- @include "timers"
--- @include "commit"

-- The names of the append; the arguments of its parts are next again.
local function readNames(from)
  Arguments.from(from)
  for _, size in ipairs({ 2, 1, 3 }) do Arguments.list(size) end
  local names = Arguments.texts()
  Arguments.from(from)
  return names
end

local function tellOf(id, head, last)
  Instance.push(id, 'M', '{"kind":"appended","size":' .. head[H_SIZE] .. ',"last":' .. tostring(last) .. '}')
end

local function add(id, head, names, last)
  Instance.writeParts(id, head)
  Instance.addNames(id, head, names)
  if last then
    Instance.unflag(head, 'p')
    Instance.setTimer(id, head, Instance.OPEN_TIMER, nil)
  else
    Instance.stayOpen(id, head)
  end
  Instance.changed(id, head)
end

local function append(from)
  local id, last = ARGV[from], ARGV[from + 2] == '1'
  local head = Instance.of(id)
  if not head then return 'unknown' end
  if Instance.RETENTION[head[H_STATUS]] then return 'refused:' .. head[H_STATUS] end
  local isOpen = Instance.hasFlag(head, 'p')
  if not isOpen or head[H_SIZE] ~= ARGV[from + 1] then
    return 'elsewhere:' .. head[H_SIZE] .. ':' .. (isOpen and '1' or '0')
  end
  local names = readNames(from + 4)
  local taken = Instance.takenName(id, names)
  if taken then return 'duplicate:' .. taken - 1 end
  add(id, head, names, last)
  if last or ARGV[from + 3] == '1' then tellOf(id, head, last) end
  return 'appended:' .. head[H_SIZE]
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  Arguments.from(6)
  Instance.load(Arguments.texts())
  local outcomes, from = {}, 7 + ARGV[6]
  while ARGV[from] do
    outcomes[#outcomes + 1] = append(from + 1)
    from = from + 1 + ARGV[from]
  end
  return commit(concat(outcomes, ','))
end
