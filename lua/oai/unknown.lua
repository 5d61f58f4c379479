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

--- A method that raises where it is called with a dot.
local function with_colon(method, noun, name)
  return function(self, ...)
    if type(self) ~= "table" or getmetatable(self) == nil then -- as what is given to a method has none
      error_value.misuse(("%s.%s: call it with a colon, as in %s:%s(...)"):format(noun, name, noun, name))
    end
    return method(self, ...)
  end
end

--- Has the methods of a class raise where they are called with a dot, but for
--- `next`, which is called for each event.
local function check_selves(class, noun)
  local checked = {}
  for name, method in pairs(class) do
    if type(method) == "function" and name:sub(1, 1) ~= "_" and name ~= "next" then
      checked[name] = with_colon(method, noun, name)
    end
  end
  for name, method in pairs(checked) do
    class[name] = method
  end
end

-- What Lua's `ipairs` calls for each item: it asks any table for those, where
-- Lua is 5.3 or newer.
local next_of_ipairs = ipairs {}

--- Whether `ipairs` asks the `__index` that calls this for its first item.
---@param key any
---@return boolean
function unknown.is_ipairs(key)
  for level = 3, key == 1 and 4 or 0 do -- some classes look further by a function of their own
    local asked = debug.getinfo(level, "f")
    if asked and asked.func == next_of_ipairs then
      return true
    end
  end
  return false
end

--- Has a class, whose instances find its methods by `__index`, raise where it
--- has no such method.
---@param class table
---@param what string                    for the message: "a stream"
---@param fields table<string, boolean>  of its instances, where they may be nil
---@param noun? string                   what an instance is called in examples; else as `what` has it
function unknown.refuse(class, what, fields, noun)
  noun = noun or what:match "^an? (%a+)"
  if noun then
    check_selves(class, noun)
  end
  setmetatable(class, {
    __index = function(_, key)
      if unknown.is_ipairs(key) then
        error_value.misuse(("%s is no list for ipairs%s"):format(what, class.__call
          and (": it is read by 'for event in %s do'"):format(noun or "events") or ""))
      elseif unknown.is_probe(key) or key:sub(1, 1) == "_" or fields[key] then
        return nil
      end
      error_value.misuse(("%s has no '%s'%s"):format(what, key, suggest.hint(key, names_of(class, fields), what)))
    end,
  })
end

require "oai.interpret" ()

return unknown
