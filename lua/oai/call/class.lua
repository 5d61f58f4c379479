-- Which class an object of the API is of: the resource that has its methods,
-- which are the lines whose ids begin with the object's. Those are the ids of
-- the `retrieve` line: each is the object's own field of that name, else (the
-- last) its `id`, else the request's. Pure.

local lazy = require "oai.lazy"
local line = require "oai.call.line"
local load_module = require "oai.load"

local registry = lazy "oai.resources.classes"

local class = {}

---@class oai.Class
---@field label string      what the API calls its objects: "vector_store.file"
---@field name string       the resource in full: "vector_stores.files"
---@field definition table  its lines
---@field ids string[]      the ids of an object, in path order

--- The most ids that a line of a definition takes.
local function longest_ids(definition)
  local longest = {}
  for _, value in pairs(definition) do
    local ids = line.ids(value)
    longest = #ids > #longest and ids or longest
  end
  return longest
end

local function ids_of(definition)
  if definition.ids then
    return definition.ids
  elseif definition.retrieve then
    return line.ids(definition.retrieve)
  end
  return longest_ids(definition)
end

--- The first name of what a definition's `object` lists.
local function label_of(object)
  return type(object) == "table" and object[1] or object
end

local of_definition = setmetatable({}, { __mode = "k" })

--- The class of a resource's own objects; nil when it has none.
---@param definition table
---@param name string   of the resource, in full
---@return oai.Class?
function class.of_resource(definition, name)
  local found = of_definition[definition]
  if not found and definition.object then
    found = { label = label_of(definition.object), name = name, definition = definition, ids = ids_of(definition) }
    of_definition[definition] = found
  end
  return found
end

--- The resource of a name such as "vector_stores.files".
local function definition_at(name)
  local module, rest = name:match("^([%w_]+)%.?(.*)$")
  local definition = load_module("oai.resources." .. module)
  for key in rest:gmatch("[%w_]+") do
    definition = definition[key]
  end
  return definition
end

--- Whether the `object` of a resource, a name or a list of them, has a label.
local function has_label(object, label)
  if type(object) == "table" then
    for _, one in ipairs(object) do
      if one == label then
        return true
      end
    end
  end
  return object == label
end

local registered = {}

--- The class of an entry of the registry: the resource's own, unless that has
--- another name for its objects.
local function of_entry(label, entry)
  local name = type(entry) == "table" and entry[1] or entry
  local definition = definition_at(name)
  if has_label(definition.object, label) then
    return class.of_resource(definition, name)
  end
  local ids = type(entry) == "table" and entry.ids or ids_of(definition)
  return { label = label, name = name, definition = definition, ids = ids }
end

local function of_label(label)
  if not registered[label] and registry[label] then
    registered[label] = of_entry(label, registry[label])
  end
  return registered[label]
end

--- The class of a value where its fields do not matter: its resource's own
--- where the label is the same on two paths, else the one of that label.
local function of_value(value, endpoint)
  local label, home = value.object, endpoint.home
  local usual = home and of_definition[home]
  if usual and usual.label == label then
    return usual
  elseif type(label) ~= "string" then
    label = label_of(endpoint.object)
  end
  local own = home and home.object ---@cast home table
  if own and (own == label or has_label(own, label)) then
    return of_definition[home] or class.of_resource(home, endpoint.name:match("^(.*)%.") --[[@as string]])
  end
  return label and of_label(label)
end

--- The class that an object is of by a field that only those of another
--- resource have; nil where it has none.
local function of_field(found, value)
  for field, name in pairs(found.definition.by_field) do
    if type(rawget(value, field)) == "string" then
      return class.of_resource(definition_at(name), name)
    end
  end
end

--- The class of a value.
---@param value table
---@param endpoint oai.Endpoint  that returned it
---@return oai.Class?
function class.of(value, endpoint)
  local found = of_value(value, endpoint)
  return found and found.definition.by_field and of_field(found, value) or found
end

--- Whether a value can be an id.
---@param value any
---@return boolean
function class.is_id(value)
  return type(value) == "string" and value ~= "" or type(value) == "number"
end

--- The value of one of the ids of an object: its own field of that name, its
--- `id` if it is the last, else what its parents say.
---@param self oai.Class
---@param value table
---@param at integer      which of the ids
---@param parents table<string, string>
---@return string?
function class.id(self, value, at, parents)
  local name = self.ids[at]
  local own = rawget(value, name)
  if own == nil and at == #self.ids then
    own = rawget(value, "id")
  end
  return not class.is_id(own) and parents[name] or own
end

--- The line that retrieves an object of the class again, by its key.
---@param self oai.Class
---@return string? key
function class.retriever(self)
  for key, value in pairs(self.definition) do
    local method, template = line.target(value) ---@cast template string
    local last = method == "GET" and template:match("{([%w_]+)}[^/]*$")
    if last == self.ids[#self.ids] and #line.ids(value) == #self.ids then
      return key
    end
  end
  return nil
end

require "oai.interpret" ()

return class
