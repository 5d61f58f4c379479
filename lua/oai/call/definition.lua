-- Definitions of resources, as lua/oai/resources writes them: tables of
-- endpoint lines, of functions that take more than one operation, and of
-- definitions again. Reads them; must not know a client. Pure.

local line = require "oai.call.line"

local definitions = {}

local Definition = {}

local NO_NAMES = {}

--- What a definition says of all its lines and of its objects: no methods.
--- `methods` are those that its objects alone have (call/object.lua), `called`
--- is what becomes of a call of the resource itself (call/resource.lua);
--- `by_field` has the resource whose objects are told by a field (call/class.lua).
definitions.SETTINGS = { object = true, ids = true, beta = true, betas = true, admin = true, computed = true,
  by_field = true, methods = true, called = true }

---@param value any
---@return boolean
function definitions.is_one(value)
  return getmetatable(value) == Definition
end

--- Marks a table of endpoint lines as a definition.
---@param lines table
---@return any the same
function definitions.new(lines)
  return setmetatable(lines, Definition)
end

--- What iterates over the items of the list `key`: `each` beside `list`,
--- `each_events` beside `list_events`, `each_costs` beside `costs`.
---@param key string
---@return string
function definitions.each_name(key)
  return key == "list" and "each" or "each_" .. key:gsub("^list_", "")
end

--- The list that `key` iterates over, or nil.
---@param definition table
---@param key any
---@return string?
function definitions.list_of(definition, key)
  if key == "each" then
    return definition.list and "list"
  end
  local rest = type(key) == "string" and key:match("^each_(.+)$")
  for _, name in ipairs(rest and { "list_" .. rest, rest } or NO_NAMES) do
    if type(definition[name]) == "table" and definition[name].page then
      return name
    end
  end
  return nil
end

--- What asks for the stream of the operation `key`: `stream` beside `create`,
--- `stream_edit` beside `edit`.
---@param key string
---@return string
function definitions.stream_name(key)
  return key == "create" and "stream" or "stream_" .. key
end

--- The operation whose stream `key` asks for, or nil.
---@param definition table
---@param key any
---@return string?
function definitions.streamed(definition, key)
  local name = key == "stream" and "create" or type(key) == "string" and key:match("^stream_(.+)$")
  local operation = name and definition[name]
  return type(operation) == "table" and operation.stream and not operation.always_streams and name or nil
end

--- All names that a resource of a definition answers to.
---@param definition table
---@return table<string, boolean>
function definitions.names(definition)
  local names = { at = definition.object and true }
  for name, value in pairs(definition) do
    if type(name) == "string" and not definitions.SETTINGS[name] then
      names[name] = true
      if type(value) == "table" and value.page then
        names[definitions.each_name(name)] = true
      end
      if definitions.streamed(definition, definitions.stream_name(name)) then
        names[definitions.stream_name(name)] = true
      end
    end
  end
  return names
end

--- Whether the ids of the method `key` begin with these, so that an object
--- that has them can call it.
---@param definition table
---@param key any
---@param ids string[]
---@return boolean
function definitions.takes_ids(definition, key, ids)
  if definitions.SETTINGS[key] or definitions.is_one(definition[key]) then
    return false
  end
  local operation = definitions.list_of(definition, key) or definitions.streamed(definition, key) or key
  local taken = line.ids(definition[operation])
  for i, name in ipairs(ids) do
    if taken[i] ~= name then
      return false
    end
  end
  return #taken > 0
end

require "oai.interpret" ()

return definitions
