#!lua flags=allow-oom
-- Wakes whom the scripts of other partitions name.
-- KEYS: the fixed keys
-- ARGV: the call, then lines: `tell\t<node>\t<message>`, `schedules\t\t`, or `work` or `mail`
--       `\t<count>\t<set>\t<set>...`
-- Returns 1
--- @include "commit"

function run()
  for i = 6, #ARGV do
    local kind, target, rest = match(ARGV[i], '^([^\t]+)\t([^\t]*)\t(.*)$')
    if kind == 'tell' then
      tell(target, rest)
    elseif kind == 'schedules' then
      Schedule.tell()
    else
      local sets = {}
      for set in gmatch(rest, '[^\t]+') do sets[#sets + 1] = set end
      wakeSets(sets, tonumber(target), kind)
    end
  end
  return 1
end
