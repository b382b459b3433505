#!lua
-- Puts tasks into their groups, in order.
-- KEYS: the fixed keys
-- ARGV: the call, 6 version the settings are at, or '' for any; then for each task: its id, the id its group gets when it is the first,
--       group, task type (JSON), payload, queue, and of the setting grace period, longest delay and most messages
-- Returns { 'ok', answer, wakes }; the answer is `<group>:<size>` per task, joined by commas, or `stale:<version>` when the settings are
-- at another one
--- @include "groups"
--- @include "commit"
local ARGUMENTS = 9

-- Group and task type -> instance that takes messages.
local taking
atStart(function() taking = {} end)

local function fieldAt(i) return ARGV[i + 2] .. '\n' .. ARGV[i + 3] end

-- Knows the instances that take what comes.
local function findTaking()
  local fields, ids = {}, {}
  for i = 7, #ARGV, ARGUMENTS do
    local field = fieldAt(i)
    if taking[field] == nil then
      taking[field] = false
      fields[#fields + 1] = field
    end
  end
  local found = redis.call('HMGET', GROUPS, unpack(fields))
  for i, field in ipairs(fields) do
    taking[field] = found[i]
    if found[i] then ids[#ids + 1] = found[i] end
  end
  Instance.load(ids)
end

local function begin(id, field, i)
  local head = {
    'group', ARGV[i + 2], 'running', '1', ARGV[i + 3], NOW, NOW, '', '', '', '', '', '', '', '', '', '', '0', ARGV[i + 5], '{}',
  }
  Instance.write(id, head)
  Instance.list(id, head, 1)
  redis.call('HSET', GROUPS, field, id)
  taking[field] = id
  return head
end

local function add(id, head, i)
  local text = '["' .. ARGV[i] .. '",' .. NOW .. ',' .. ARGV[i + 4] .. ']'
  redis.call('HSET', key('p', id), 'm:' .. head[H_SIZE], text)
  head[H_SIZE], head[H_QUEUE] = format('%.0f', head[H_SIZE] + 1), ARGV[i + 5]
  Instance.changed(id, head)
end

-- When time cuts a group that a message has just come to.
local function planCut(id, head, i)
  local at = math.min(now + ARGV[i + 6], head[H_CREATED] + ARGV[i + 7])
  zput(TIMERS, id .. '\t', at)
  noteDue(at)
end

local function collect(i)
  local field = fieldAt(i)
  local id = taking[field]
  local head = id and Instance.of(id)
  if not head then
    id = ARGV[i + 1]
    local before = Instance.rest(id)
    -- This very task has begun a group that was cut since.
    if before then return id .. ':' .. before[H_SIZE] end
    head = begin(id, field, i)
  end
  add(id, head, i)
  if tonumber(head[H_SIZE]) >= tonumber(ARGV[i + 8]) then
    Instance.cut(id, head)
    taking[field] = false
  else
    planCut(id, head, i)
  end
  return id .. ':' .. head[H_SIZE]
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local version = redis.call('HGET', META, 'settings') or '0'
  if ARGV[6] ~= '' and ARGV[6] ~= version then return commit('stale:' .. version) end
  local outcomes = {}
  findTaking()
  for i = 7, #ARGV, ARGUMENTS do outcomes[#outcomes + 1] = collect(i) end
  return commit(concat(outcomes, ','))
end
