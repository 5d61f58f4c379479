-- Fields of an object that are worked out when they are first asked for.

local on_demand = {}

local computed_of = setmetatable({}, { __mode = "k" }) -- by metatable

--- Has objects with a metatable work out such fields; what is worked out is
--- kept, unless it is nil.
---@param metatable table
---@param computed table<string, fun(self: table): any>
---@param methods? table<string, function>
function on_demand.install(metatable, computed, methods)
  computed_of[metatable] = computed
  function metatable.__index(self, name)
    local compute = computed[name]
    if not compute then
      return methods and methods[name]
    end
    local value = compute(self)
    rawset(self, name, value)
    return value
  end
end

--- The fields that an object works out, by name; nil where it works out none.
---@param metatable table
---@return table<string, fun(self: table): any>?
function on_demand.of(metatable)
  return computed_of[metatable]
end

return on_demand
