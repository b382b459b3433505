--- @include "record"
-- Most jobs are plain: nothing was given beyond payload, priority and version, the payload stands in the definition, and
-- they run once. Their states are written and read as whole texts, not field by field; the fields are those of record.lua.
local Plain = {}

-- Created, priority and segment of a plain definition; nothing for any other.
Plain.definition = '^(%d+)\n\n([^\n]+)\n(%d+)\n\n'

-- The same of a plain job with a time of its own: priority, segment, type and version.
Plain.timed = '^%d+\n\n([^\n]+)\n(%d+)\n\n(%d+)\n(%d*)\n%d+\n'

-- Segment, since when, version, priority and line of a plain job that waits since its time has come.
Plain.waits = '^w\n\n\n\n%d+\n(%d+)\n\n\n\n\n\n\n\n(%d+)\n\n\n\n\n\n\n\n\n%d*\n([^\n]+)\n(%d+)\n\n$'

-- Letter, token, type, segment, flags, node and slots of the first run of a plain job that nobody asked about since. The flags are
-- `xK` for a job with keys, `x` for one with another extra, as a member is, else ''.
Plain.runs = '^([la])\n([^\n]*)\n\n\n(%d+)\n(%d+)\n(x?K?)\n(%d+)\n1\n\n\n([^\n]*)\n\n()'

-- Created, priority, segment and keys (JSON) of a job to which nothing but concurrency keys was given beside that.
Plain.keyed = '^(%d+)\n\n([^\n]+)\n(%d+)\n{"concurrencyKeys":(%[[^%[%]\\]*%])}\n'

-- Created, priority, segment, instance and task (JSON) of a member to which nothing else was given.
Plain.member = '^(%d+)\n\n([^\n]+)\n(%d+)\n{"workflowId":"(%w+)","workflowTask":("[^"\\]*")}\n'

-- The same of such an item of a batch: instead of the task its place.
Plain.item = '^(%d+)\n\n([^\n]+)\n(%d+)\n%["(%w+)",(%d+),"[^"\\]*"%]\n'

-- Created, priority, segment, instance and task (JSON) of a definition that is one of these; nothing for any other.
function Plain.memberOf(text)
  local created, priority, segment, owner, task = match(text, Plain.member)
  if created then return created, priority, segment, owner, task end
  created, priority, segment, owner, task = match(text, Plain.item)
  if created then return created, priority, segment, owner, '"' .. task .. '"' end
end

-- What follows: when it came and, captured, when it started.
Plain.rest = '^%d+\n(%d+)\n'

-- What the states of plain jobs of one type and version have in common when they are leased together.
function Plain.mold(taskType, version, handler, letter, tokenPrefix, node)
  local max, lease = handler.attempts, handler.lease
  return {
    type = taskType,
    version = version,
    handler = handler,
    plain = 0,
    ids = {},
    beforePlace = letter .. '\n' .. tokenPrefix .. '.',
    beforeSegment = '\n\n\n' .. taskType .. '\n',
    beforeHolds = '\n' .. node .. '\n1\n\n\n',
    beforeSince = '\n\n' .. NOW .. '\n' .. NOW .. '\n' .. max .. '\n' .. lease .. '\n\n\n\n',
    beforePriority = '\n\n' .. version .. '\n',
    expires = format('%.0f', now + lease),
    event = '1\t' .. node .. '\t' .. taskType .. '\t1\t\t',
    reply = '\n1\n\n\n' .. max .. '\n' .. lease .. '\n\n',
  }
end

-- The state of a plain job that is leased for the first time; the flags of a member are `x`, of one with keys `xK`. `holds`: its
-- slots, or ''.
function Plain.run(mold, place, segment, since, priority, line, flags, holds)
  return mold.beforePlace .. place .. mold.beforeSegment .. segment .. '\n' .. flags .. mold.beforeHolds .. holds
    .. mold.beforeSince .. since .. mold.beforePriority .. priority .. '\n' .. line .. '\n\n'
end

-- The state of a plain job whose time has come.
function Plain.waiting(taskType, segment, version, priority)
  return 'w\n\n\n\n' .. taskType .. '\n' .. segment .. '\n\n\n\n\n\n\n\n' .. NOW .. '\n\n\n\n\n\n\n\n\n' .. version .. '\n'
    .. priority .. '\n1\n\n'
end

-- The short form, C or M, of a plain job or member that completed in its first run; see `readShort`.
function Plain.ended(letter, taskType, segment, node, rest, output)
  local took = now - match(rest, Plain.rest)
  return letter .. taskType .. '\n' .. segment .. '\n' .. node .. '\n' .. NOW .. '\n' .. took .. '\n' .. output
end
