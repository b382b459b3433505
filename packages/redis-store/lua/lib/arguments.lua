--- @include "keys"
-- Reads ARGV from one place on: lists stand behind their lengths.
local Arguments = {}
do
  local at

  function Arguments.from(place) at = place end

  function Arguments.take()
    at = at + 1
    return ARGV[at - 1]
  end

  -- Where so many of them begin; they are passed over.
  function Arguments.skip(count)
    at = at + count
    return at - count
  end

  -- Where the items of a list from here on begin, and where they end.
  function Arguments.list(size)
    local from = at + 1
    at = from + size * ARGV[at]
    return from, at - 1
  end

  -- The items of a list of texts.
  function Arguments.texts()
    local from, last = Arguments.list(1)
    local texts = {}
    for i = from, last do texts[#texts + 1] = ARGV[i] end
    return texts
  end
end
