--- @include "record"
-- A schedule as it is given out: job, creation, type, status, fields and values, and its unfinished firings as
-- `<firing> <letter>`, joined by commas. Nothing for a job that has none (any more).

local function scheduleReply(job)
  local record, definition = records[job], definitions[job]
  if not record or not definition or not Schedule.isOf(record) or not find('SRLPW', record[ST], 1, true) then return false end
  local suffixes, ids, rows = redis.call('ZRANGE', key('open', job), 0, -1), {}, {}
  for i = 1, #suffixes do ids[i] = job .. ':' .. suffixes[i] end
  load(ids)
  for i, id in ipairs(ids) do rows[i] = suffixes[i] .. ' ' .. records[id][ST] end
  return {
    job, definition[CREATED], definition[DEF_TYPE], CLASS[record[ST]], redis.call('HGETALL', key('h', job)), concat(rows, ','),
  }
end

local function scheduleReplies(jobs)
  load(jobs)
  loadDefinitions(jobs)
  local replies = {}
  for i = 1, #jobs do replies[i] = scheduleReply(jobs[i]) end
  return replies
end
