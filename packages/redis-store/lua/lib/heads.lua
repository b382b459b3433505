--- @include "instances"
-- Heads as they are given out.
do
  -- The strings of a kind for those of these instances whose head has the flag, else false.
  local function flagged(kind, flag, ids)
    local keys, places, texts = {}, {}, {}
    for i, id in ipairs(ids) do
      local head = Instance.of(id)
      texts[i] = false
      if head and Instance.hasFlag(head, flag) then
        keys[#keys + 1], places[#places + 1] = key(kind, id), i
      end
    end
    if #keys == 0 then return texts end
    for i, text in ipairs(redis.call('MGET', unpack(keys))) do texts[places[i]] = text end
    return texts
  end

  function Instance.inputs(ids) return flagged('in', 'i', ids) end

  -- Replies heads, inputs and outputs, each false where there is none; and when the newest message of each mailbox came, ''
  -- for an empty one. `newestOf`: gives the newest message by place and id.
  function Instance.replies(ids, newestOf)
    local heads, newest = {}, {}
    Instance.load(ids)
    for i, id in ipairs(ids) do
      local head = Instance.of(id)
      heads[i] = head and Instance.textOf(head) or false
      local last = head and newestOf(i, id)
      newest[i] = last and match(last, '^%a(%d+)') or ''
    end
    return { heads, Instance.inputs(ids), flagged('io', 'o', ids), newest }
  end
end
