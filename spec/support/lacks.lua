-- Whether something that the specs of a file need is missing; then that is
-- said in place of them.

---@param name string       what they are about
---@param missing? string|false   why it cannot be tried
---@return boolean
return function(name, missing)
  local busted = require "busted"
  if missing then
    busted.describe(name, function()
      busted.pending("is tried: " .. missing)
    end)
  end
  return missing and true or false
end
