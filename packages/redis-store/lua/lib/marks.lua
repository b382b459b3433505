--- @include "record"
-- What few jobs have beside their two strings. A letter in FLAGS says that there is such a key, so that nobody else looks for it:
-- `m` what the firing remembers (`v:<id>`, hash), `a` acts of clients and operators (`a:<id>`, list), `t` stacks of its failed
-- runs (`st:<id>`, hash by n).
local Marks = {}
do
  local KINDS = { m = 'v', a = 'a', t = 'st' }

  function Marks.has(record, letter) return find(record[FLAGS], letter, 1, true) ~= nil end

  -- Behind an `x`, which stands first, and before a `b`, which stands last.
  function Marks.set(id, record, letter)
    if Marks.has(record, letter) then return end
    local extended, others = match(record[FLAGS], '^(x?)(.*)$')
    record[FLAGS] = extended .. letter .. others
    dirty[id] = record
  end

  function Marks.drop(id, record, letter)
    if not Marks.has(record, letter) then return end
    record[FLAGS] = string.gsub(record[FLAGS], letter, '')
    deletions[#deletions + 1] = key(KINDS[letter], id)
  end

  function Marks.dropAll(id, record)
    for letter in pairs(KINDS) do Marks.drop(id, record, letter) end
  end

  -- Keys of all these kinds of a firing whose state is not looked at.
  function Marks.keys(id, keys)
    for _, kind in pairs(KINDS) do keys[#keys + 1] = key(kind, id) end
  end
end
