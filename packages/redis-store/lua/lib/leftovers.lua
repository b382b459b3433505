--- @include "firings"
-- What is left of recurring jobs that are gone: their firings, which are removed in slices.

-- Removes up to `limit` firings of a job that is gone. Says how many those were.
local function removeLeftovers(job, limit)
  local popped, gone, ids = redis.call('ZPOPMIN', key('f', job), limit), {}, {}
  for i = 1, #popped, 2 do ids[#ids + 1] = job .. ':' .. popped[i] end
  loadOpen(ids)
  for _, id in ipairs(ids) do
    local record = records[id]
    if record and RETAIN[record[ST]] then zput(key('fired', CLASS[record[ST]] .. ':' .. record[TYPE]), id, nil) end
    if record and Filed.has(record) then Filed.dropEntries(id) end
    records[id] = false
    for _, kind in ipairs({ 'j', 's', 'r', 'o', 'b' }) do gone[#gone + 1] = key(kind, id) end
    Marks.keys(id, gone)
  end
  if #popped < 2 * limit then
    for _, letter in ipairs({ 'c', 'x', 'k' }) do gone[#gone + 1] = key('e', letter .. ':' .. job) end
    zput(LEFTOVERS, job, nil)
  end
  callMany('DEL', gone)
  return #popped / 2
end

-- A draft may be sent again after its job was removed.
local function purgeFirings(job)
  if not redis.call('ZSCORE', LEFTOVERS, job) then return end
  while removeLeftovers(job, 1000) == 1000 do end
end
