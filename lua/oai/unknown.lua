-- What is asked for and is not there. Names that the program has misspelt are
-- told at its line; what serializers and inspectors ask any table for is nil.

local lazy = require "oai.lazy"

local error_value = lazy "oai.error"
local suggest = lazy "oai.suggest"

local unknown = {}

local PROBES = { toJSON = true, to_json = true, tojson = true }

--- Whether a key may be asked for by what knows nothing of this library:
--- "__tojson", "toJSON", 1.
---@param key any
---@return boolean
function unknown.is_probe(key)
  return type(key) ~= "string" or key:sub(1, 2) == "__" or PROBES[key] == true
end

local function names_of(class, fields)
  local names = {}
  for name in pairs(class) do
    names[name] = name:sub(1, 1) ~= "_" or nil
  end
  for name in pairs(fields) do
    names[name] = true
  end
  return names
end

--- Has a class, whose instances find its methods by `__index`, raise where it
--- has no such method.
---@param class table
---@param what string                    for the message: "a stream"
---@param fields table<string, boolean>  of its instances, where they may be nil
function unknown.refuse(class, what, fields)
  setmetatable(class, {
    __index = function(_, key)
      if unknown.is_probe(key) or key:sub(1, 1) == "_" or fields[key] then
        return nil
      end
      error_value.misuse(("%s has no '%s'%s"):format(what, key, suggest.hint(key, names_of(class, fields), what)))
    end,
  })
end

require "oai.interpret" ()

return unknown
