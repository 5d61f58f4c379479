-- Modules that most programs, or most calls, never need: each is loaded when
-- one of its fields is first touched, and costs nothing before.

local load_module = require "oai.load"

--- Stands for the module `name`.
---@param name string
---@return table
return function(name)
  return setmetatable({}, {
    __index = function(self, key)
      local value = load_module(name)[key]
      rawset(self, key, value)
      return value
    end,
  })
end
