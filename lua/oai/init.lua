-- The front door: what `require "oai"` gives. It loads nothing else until it
-- is asked for, so that requiring it costs next to nothing.

---@class oai.Null  a light userdata
---@field package _is_null true

---@class oai
---@field client fun(options?: oai.ClientOptions): oai.Client  make a client; see oai.client
---@field null oai.Null  JSON null: `{ metadata = oai.null }` sends it, decoded arrays hold it
---@field array fun(items?: table): table  marks a table as a JSON array, so that an empty one is `[]`
---@field object fun(fields?: table, order?: string[]): table  a JSON object, also empty, with an order of its keys
---@field gather fun(tasks: oai.Task[], options?: table): any[]?, any, integer?  waits for all; see oai.task.bulk
---@field map fun(items: any[], fn: function, options?: table): any[]?, any, integer?  a function over many items
---@field is_error fun(value: any): boolean  whether a value is an error of this library
local oai = { _VERSION = "0.1.0", _NAME = "oai" }

local function load_module(name)
  return require "oai.load"(name)
end

local loaders = {
  client = function()
    return load_module("oai.client").new
  end,
  null = function()
    return load_module("oai.codec.json").null
  end,
  array = function()
    return load_module("oai.codec.json").array
  end,
  object = function()
    return load_module("oai.codec.json").object
  end,
  gather = function()
    return load_module("oai.task.bulk").gather
  end,
  map = function()
    return load_module("oai.task.bulk").map
  end,
  is_error = function()
    return load_module("oai.error").is_error
  end,
}

setmetatable(oai, {
  __index = function(self, name)
    local load = loaders[name]
    if not load then
      require("oai.error").misuse("oai." .. tostring(name) .. " does not exist"
        .. require("oai.suggest").hint(name, loaders))
    end
    local value = load()
    rawset(self, name, value)
    return value
  end,
})

return oai
