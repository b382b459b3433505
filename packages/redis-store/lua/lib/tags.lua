--- @include "record"
-- Jobs by tag: `tag:<tag>` has them by creation. Firings are found through their job.
local Tags = {}
do
  function Tags.enter(id, extra)
    for _, tag in ipairs(extra.tags or NO_EXTRA) do zput(key('tag', tag), id, now) end
  end

  function Tags.leave(id, extra)
    for _, tag in ipairs(extra.tags or NO_EXTRA) do zput(key('tag', tag), id, nil) end
  end
end
