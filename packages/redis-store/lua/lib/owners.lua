--- @include "heads"
-- The instances of members that a claim leases.
do
  local met, ids
  atStart(function() met, ids = {}, {} end)

  -- Notes one; nil for what is no member.
  function Instance.noteOwner(id)
    if not id or met[id] then return end
    met[id] = true
    ids[#ids + 1] = id
  end

  -- Reads all that were noted in one go.
  function Instance.loadOwners()
    if #ids > 0 then Instance.load(ids) end
  end

  -- Id, name and input or '' of each that is still there.
  function Instance.ownersReply()
    if #ids == 0 then return ids end
    Instance.load(ids)
    local rows, inputs = {}, Instance.inputs(ids)
    for i, id in ipairs(ids) do
      local head = Instance.of(id)
      if head then
        for _, text in ipairs({ id, head[H_NAME], inputs[i] or '' }) do rows[#rows + 1] = text end
      end
    end
    return rows
  end
end
