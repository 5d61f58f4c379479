-- What a reply becomes: which schemas are objects with methods, and what
-- their types are called. Asks the library itself, so that it cannot differ.

local attach = require("oai.call.object").attach
local class = require "oai.call.class"
local fields = require "fields"
local names = require "names"
local registry = require "oai.resources.classes"
local shape = require "shape"
local sorted = require "sorted"
local type_name = require("oai.call.object").type_name

local objects = {}

---@class generate.ObjectType
---@field name string         of its type
---@field class oai.Class
---@field schema table
---@field schema_name? string
---@field fields? generate.Field[]

--- A value as the API could send it, every field being there.
local function sample_of(document, schema)
  local object, sample = shape.object(document, schema), {}
  for name in pairs(object.properties) do
    sample[name] = "x"
  end
  local said = object.properties.object
  sample.object = said and shape.constant(document, said.schema)
  return sample
end

--- The class that the library gives a reply, or an item of one; and what the
--- reply calls itself.
---@param endpoint oai.Endpoint
---@return oai.Class?
---@return string? label
function objects.class_of(document, endpoint, schema)
  local ids = {}
  for _, name in ipairs(endpoint.ids) do
    ids[name] = "x"
  end
  local sample = sample_of(document, schema)
  for field in pairs(endpoint.home and endpoint.home.by_field or {}) do
    sample[field] = nil -- most objects have it null, and are where they are
  end
  local found = getmetatable(attach(sample, { _shared_metatables = {} }, endpoint, ids))
  return found and found.context.class, sample.object
end

--- The resource that a label stands for.
local function registered(label)
  local entry = registry[label]
  return type(entry) == "table" and entry[1] or entry
end

--- The name of a type: what tostring shows, but for classes that share a
--- label with another, which the resource around them tells apart.
local function name_of(of, label)
  if label and registered(label) == of.name then
    return type_name(label)
  elseif registered(of.label) == of.name then
    return type_name(of.label)
  end
  local around = of.name:gsub("^admin%.organization%.", ""):gsub("%.?[%w_]+$", "")
  return "oai." .. names.camel(around) .. type_name(of.label):gsub("^oai%.", "")
end

local Objects = {}
Objects.__index = Objects

--- All types of objects, to be filled with `type_of`.
function objects.new(document, types)
  return setmetatable({ document = document, book = types, by_name = {}, by_schema = {}, by_type = {} }, Objects)
end

--- Gives an object its name; a schema of that name makes way, what is
--- written by hand does not.
local function take_name(self, name)
  for schema_name, taken in pairs(self.book.schema_names) do
    if taken == name then
      self.book:rename(schema_name)
      return name
    end
  end
  return self.book:take(name, "Object")
end

local function add(self, of, schema, schema_name, name)
  local entry = { class = of, schema = schema, schema_name = schema_name, name = take_name(self, name) }
  self.by_name[name], self.by_type[entry.name] = entry, entry
  return entry
end

--- The type of the objects that an endpoint returns by a schema; nil when
--- they have no methods.
---@param endpoint oai.Endpoint
---@return generate.ObjectType?
function Objects:type_of(endpoint, schema)
  local of, label = objects.class_of(self.document, endpoint, schema)
  if not of then
    return nil
  end
  local resolved, schema_name = self.document:resolve(schema), select(2, self.document:follow(schema))
  local key = of.name .. " " .. of.label
  self.by_schema[resolved] = self.by_schema[resolved] or {}
  local known = self.by_schema[resolved]
  if not known[key] then
    local name = name_of(of, label)
    known[key] = self.by_name[name] or add(self, of, resolved, schema_name, name)
  end
  return known[key]
end

--- The type of a resource's own objects: those of its label, else the first.
---@return generate.ObjectType?
function Objects:of_resource(definition, resource_name)
  local of = class.of_resource(definition, resource_name)
  local name = of and name_of(of, of.label)
  if of and not self.by_name[name] then
    add(self, of, { properties = { id = { type = "string" } }, required = { "id" } }, nil, name)
  end
  return name and self.by_name[name]
end

--- How many classes share a schema.
local function sharing(entry, by_schema)
  local count = 0
  for _ in pairs(by_schema[entry.schema] or {}) do
    count = count + 1
  end
  return count
end

--- The schemas that a union is of, in all depth.
local function members_of(document, schema, list)
  schema = document:resolve(schema)
  for _, variant in ipairs(shape.variants(schema) or {}) do
    members_of(document, variant, list)
  end
  if shape.is_object(schema) then
    list[#list + 1] = schema
  end
  return list
end

--- The fields of an object; of a union, those of all its members, for only a
--- class has methods.
local function fields_of(self, entry)
  if shape.is_object(entry.schema) then
    return self.book:fields(shape.object(self.document, entry.schema, entry.schema_name), entry.name)
  end
  local all = {}
  for _, member in ipairs(members_of(self.document, entry.schema, {})) do
    all[#all + 1] = self.book:fields(shape.object(self.document, member), entry.name)
  end
  return fields.merged(all)
end

--- Declares the types: the fields stand in the schema's own type where that
--- is needed as well, for what is nested in other values has no methods.
function Objects:declare()
  for _, name in ipairs(sorted(self.by_name)) do
    local entry = self.by_name[name]
    if sharing(entry, self.by_schema) > 1 then
      self.book:schema(entry.schema_name)
    end
    entry.fields = fields_of(self, entry)
  end
  for _, name in ipairs(sorted(self.by_name)) do
    local entry = self.by_name[name]
    local data = shape.is_object(entry.schema) and self.book.schema_names[entry.schema_name]
    local extends = data and self.book.declared[data] and data or nil
    self.book:declare { name = entry.name, fields = extends and {} or entry.fields, extends = extends, object = entry }
  end
end

return objects
