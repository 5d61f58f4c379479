-- Where in a schema something is that strict mode cannot say, and the end of
-- the conversion there.

local refusal = {}

--- How deep schemas may be within each other.
refusal.DEPTH_MOST = 200

--- Ends the conversion, which strict.lua tells.
---@param at string  a path such as "properties/a"
---@param message string
function refusal.refuse(at, message)
  error({ refused = ("at `%s`: %s"):format(at == "" and "<root>" or at, message) }, 0)
end

--- The path of what is within another.
---@param at string
---@param ... string
---@return string
function refusal.join(at, ...)
  return (at == "" and "" or at .. "/") .. table.concat({ ... }, "/")
end

return refusal
