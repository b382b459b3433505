#!lua flags=allow-oom
-- Reads the pending signals of an instance, oldest first.
-- KEYS: the fixed keys
-- ARGV: the call, 6 instance, 7 most signals, 8 their name (JSON), '' for all
-- Returns their texts as lib/mail.lua says
--- @include "signals"
local AT_ONCE = 500

function run()
  local id, limit, name, texts = ARGV[6], tonumber(ARGV[7]), ARGV[8], {}
  if not Instance.of(id) then return texts end
  for from = 0, math.huge, AT_ONCE do
    local ids = redis.call('ZRANGE', key('sg', id), from, from + AT_ONCE - 1)
    for _, text in ipairs(Instance.pending(id, ids)) do
      if name == '' or match(text, '^[^\n]*\n[^\n]*\n([^\n]*)') == name then texts[#texts + 1] = text end
      if #texts == limit then return texts end
    end
    if #ids < AT_ONCE then return texts end
  end
end
