#!lua flags=allow-oom
-- Says that a node lives and registers its handlers.
-- KEYS: the fixed keys
-- ARGV: the call, 6 node, 7 started at, 8 time to live in ms, 9 handler set or '', 10 info (JSON),
--       11 `1` in the partition that tells of nodes, then per handler: version, lease, attempts, name
-- Returns { 'ok', answer, wakes }; the answer is `1` when the node is to drain, else `0`
--- @include "nodes"
local NAME, STARTED_AT, SET
atStart(function() NAME, STARTED_AT, SET = ARGV[6], ARGV[7], ARGV[9] end)

-- Small sorted sets are kept as one list and searched from its head, which costs several times what a skip list of the same
-- size does; one long member that is never due keeps the leases a skip list.
local KEEPS_SKIP_LIST = string.rep('-', 65)

local function handlerLines()
  local lines = {}
  for i = 12, #ARGV, 4 do
    local version = ARGV[i] ~= '' and nameNumber('v' .. ARGV[i]) or ''
    lines[#lines + 1] = concat({ version, ARGV[i + 1], ARGV[i + 2], ARGV[i + 3] }, '\t')
  end
  return concat(lines, '\n')
end

local function openRings(number, version)
  for _, tier in ipairs(Flow.now().order) do
    for _, member in ipairs(redis.call('ZRANGE', key('lines', tier.name .. ':' .. number), 0, -1)) do
      if compatible(version, match(member, '^[^:]*')) then
        redis.call('ZADD', key('ring', SET .. ':' .. tier.name), 'NX', nextTurn(), number)
      end
    end
  end
end

local function registerSet()
  local lines = handlerLines()
  local handlers = handlersOf(lines)
  redis.call('HSET', SETS, SET, lines)
  handlersChanged()
  for number, taskType in pairs(knownTypes()) do
    local line = handlerLine(handlers, taskType)
    if line then
      redis.call('HSET', key('serve', number), SET, line)
      openRings(number, match(line, '^[^\t]*'))
    end
  end
  Unserved.dropServed()
end

function run()
  local state, answer = answered()
  if state then return { state, answer, '' } end
  local node = readNode(NAME)
  if not node or node.startedAt ~= STARTED_AT then
    if ARGV[11] == '1' then nodeEvent('node.joined', NAME) end
    node = { crashed = '', startedAt = STARTED_AT, set = node and node.set or '', draining = '' }
  end
  if node.set ~= SET then leaveSet(NAME, node.set) end
  node.set, node.info, node.beat = SET, ARGV[10], NOW
  if SET ~= '' then
    redis.call('SADD', key('members', SET), NAME)
    if redis.call('HEXISTS', SETS, SET) == 0 then registerSet() end
  end
  writeNode(NAME, node)
  redis.call('ZADD', LEASES, 'NX', NEVER, KEEPS_SKIP_LIST)
  redis.call('ZADD', NODE_TTL, now + ARGV[8], NAME)
  noteDue(now + ARGV[8])
  return commit(node.draining == '1' and '1' or '0')
end
