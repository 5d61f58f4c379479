-- Resources: tables of endpoint lines, bound to a client and to the ids of
-- their parents. A method is made of its line when it is first touched.

local endpoint = require "oai.call.endpoint"
local lazy = require "oai.lazy"

local error_value = lazy "oai.error"
local page = lazy "oai.call.page"
local suggest = lazy "oai.suggest"

local resource = {}

local NO_IDS = {}

--- `each(...)` beside `list(...)`: the same arguments, all items.
local function each_method(list)
  return function(self, ...)
    local arguments, count = { ... }, select("#", ...)
    return page.each(function()
      return list(self, (table.unpack or unpack)(arguments, 1, count)) -- luacheck: ignore
    end)
  end
end

local Resource = {}

local NOT_METHODS = { object = true, beta = true, admin = true, computed = true }

local function is_resource(line)
  return getmetatable(line) == Resource
end

--- Marks a table of endpoint lines as a resource.
---@param lines table
---@return table
function resource.new(lines)
  return setmetatable(lines, Resource)
end

--- All names a resource answers to.
local function names_of(definition)
  local names = {}
  for name in pairs(definition) do
    if type(name) == "string" and not NOT_METHODS[name] then
      names[name] = true
    end
  end
  if definition.list then
    names.each = true
  end
  return names
end

local make_method

local function line_method(definition, full_name, key)
  local line = definition[key]
  if type(line) == "function" then
    return line
  elseif type(line) == "string" or type(line) == "table" and not is_resource(line) then
    return endpoint.method(endpoint.parse(full_name .. "." .. key, line, definition))
  elseif key == "each" and definition.list then
    return each_method(make_method(definition, full_name, "list"))
  end
  return nil
end

-- The methods made so far, by definition: they are the same for all clients.
local made = setmetatable({}, { __mode = "k" })

function make_method(definition, full_name, key)
  if NOT_METHODS[key] then
    return nil
  end
  local methods = made[definition]
  if not methods then
    methods = {}
    made[definition] = methods
  end
  methods[key] = methods[key] or line_method(definition, full_name, key)
  return methods[key]
end

local Bound = { __name = "oai.Resource" }

function Bound.__index(self, key)
  local definition, name = self._definition, self._name
  local value = make_method(definition, name, key)
  if not value and is_resource(definition[key]) then
    value = resource.bind(self._client, definition[key], name .. "." .. key, self._ids)
  end
  if not value then
    error_value.misuse(("client.%s.%s does not exist%s"):format(name, tostring(key),
      suggest.hint(key, names_of(definition))))
  end
  rawset(self, key, value)
  return value
end

function Bound.__tostring(self)
  return "oai resource client." .. self._name
end

--- A resource of a client.
---@param client oai.Client
---@param definition table   from `new`
---@param name string        in full
---@param ids? string[]      of its parents, in path order
---@return table
function resource.bind(client, definition, name, ids)
  return setmetatable({ _client = client, _definition = definition, _name = name, _ids = ids or NO_IDS }, Bound)
end

--- Whether an object with `count` ids can call the method `key`.
---@param definition table
---@param key any
---@param count integer
---@return boolean
function resource.is_instance_method(definition, key, count)
  local line = definition[key]
  if NOT_METHODS[key] or is_resource(line) or line == nil or type(line) == "function" then
    return false
  end
  return #endpoint.ids_in(type(line) == "table" and line[1] or line) >= count
end

resource.is_resource = is_resource

return resource
