-- The book of types: what is declared, by name. Schemas are declared when
-- they are first referred to; an object that stands within another is named
-- after it and its field.

local fields = require "fields"
local names = require "names"
local node = require "node"
local shape = require "shape"
local sorted = require "sorted"

local book = {}

---@class generate.Declaration  a class has fields, an alias a node
---@field name string
---@field fields? generate.Field[]
---@field open? boolean       a class that may have other fields
---@field extends? string
---@field only? generate.Field[]  those of what it extends that it may have
---@field all? generate.Field[]  those that it may have, with what it extends
---@field recovered? boolean  an event that may have been looked up
---@field either? boolean     what a call gives that may give a stream instead
---@field node? generate.Node

local Book = {}
Book.__index = Book

--- The types of all schemas, so that nothing else takes their names.
local function name_schemas(self)
  for _, schema_name in ipairs(sorted(self.document.root.components.schemas)) do
    self.schema_names[schema_name] = self:take("oai." .. names.camel(schema_name), "Data")
  end
end

--- A new book.
---@param document table   from openapi.read
---@param reserved table<string, boolean>  names that are taken
function book.new(document, reserved)
  local self = setmetatable({
    document = document,
    taken = {},
    schema_names = {},
    declared = {},
    inline = {},
  }, Book)
  for name in pairs(reserved) do
    self.taken[name] = true
  end
  name_schemas(self)
  return self
end

--- Takes a name, or the next one that is free.
---@param name string
---@param suffix? string  what is added where it is taken
---@return string
function Book:take(name, suffix)
  while self.taken[name] do
    name = name .. (suffix or "Value")
  end
  self.taken[name] = true
  return name
end

--- Moves the type of a schema to another name: an object has its own.
function Book:rename(schema_name)
  self.schema_names[schema_name] = self:take(self.schema_names[schema_name] .. "Data")
end

---@param declaration generate.Declaration
function Book:declare(declaration)
  assert(not self.declared[declaration.name], declaration.name)
  self.declared[declaration.name] = declaration
  return declaration
end

--- The fields of an object, those that are required first.
---@param object generate.Object
---@param name string  of the type they are for
---@return generate.Field[]
function Book:fields(object, name)
  local by_name = {}
  for _, field_name in ipairs(sorted(object.properties)) do
    local property = object.properties[field_name]
    local owner = property.owner and "oai." .. names.camel(property.owner) or name
    by_name[field_name] = {
      name = field_name,
      node = self:node(property.schema, owner .. names.camel(field_name)),
      required = object.required[field_name] == true,
      nullable = shape.is_nullable(self.document, property.schema),
      deprecated = property.schema.deprecated == true or nil,
      schema = property.schema,
    }
  end
  return fields.in_order(by_name)
end

--- Declares a class of an object.
---@return generate.Declaration
function Book:class(name, object)
  local declaration = self:declare { name = name, fields = {}, open = object.open }
  declaration.fields = self:fields(object, name)
  return declaration
end

--- The type of a schema by its name, declared.
---@return generate.Node
function Book:schema(schema_name)
  local name = self.schema_names[schema_name]
  if not self.declared[name] then
    local schema = shape.without_null(self.document.root.components.schemas[schema_name])
    if shape.is_object(schema) then
      self:class(name, shape.object(self.document, schema, schema_name))
    else
      local declaration = self:declare { name = name, node = node.any }
      declaration.node = self:node(schema, "oai." .. names.camel(schema_name))
    end
  end
  return { named = name }
end

--- A class for an object that stands within another.
local function inline_class(self, schema, name)
  if not self.inline[schema] then
    self.inline[schema] = self:take(name)
    self:class(self.inline[schema], shape.object(self.document, schema))
  end
  return { named = self.inline[schema] }
end

--- What a variant of a union is called: by its constant `type`, or its place.
local function variant_name(self, name, variant, place)
  local properties = variant.properties or {}
  local constant = shape.constant(self.document, properties.type) or shape.constant(self.document, properties.event)
  return name .. (constant and names.camel(constant) or tostring(place))
end

local function union_of(self, variants, name)
  local members = {}
  for place, variant in ipairs(variants) do
    if variant.type ~= "null" then
      members[#members + 1] = self:node(variant, variant_name(self, name, variant, place))
    end
  end
  return node.union(members)
end

local LITERALS = {
  string = function(value)
    return ("%q"):format(value)
  end,
  number = function(value)
    return ("%.14g"):format(value)
  end,
  boolean = tostring,
}

local function literals_of(values)
  local members = {}
  for _, value in ipairs(values) do
    local write = LITERALS[type(value)]
    if write then
      members[#members + 1] = { literal = write(value) }
    end
  end
  return node.union(members)
end

local FILE = node.union { node.string, { named = "oai.OpenFile" }, { named = "oai.FileInput" } }

local BASIC = { integer = true, number = true, boolean = true, string = true }

--- A table of which no property is said.
local function map_of(self, schema, name)
  local values = schema.additionalProperties
  if type(values) == "table" and next(values) ~= nil then
    return { map = self:node(values, name .. "Value") }
  end
  return { map = node.any }
end

--- Decoded arrays hold oai.null where the API sends null.
local function array_of(self, schema, name)
  local items = schema.items or {}
  local of = self:node(items, name .. "Item")
  return { array = shape.is_nullable(self.document, items) and node.union { of, node.null } or of }
end

local function basic_of(self, schema, name)
  local kind = type(schema.type) == "table" and schema.type[1] or schema.type
  if kind == "string" and schema.format == "binary" then
    return FILE
  elseif BASIC[kind] then
    return { basic = kind }
  elseif kind == "array" then
    return array_of(self, schema, name)
  elseif kind == "object" then
    return map_of(self, schema, name)
  end
  return node.any
end

--- A reference to what is around: `{ "$recursiveRef": "#" }`.
local function recursive(self, name)
  for schema_name, schema in pairs(self.document.root.components.schemas) do
    if schema["$recursiveAnchor"] and name:find("^oai%." .. names.camel(schema_name) .. "%u") then
      return self:schema(schema_name)
    end
  end
  error("no anchor for the recursive reference in " .. name)
end

--- The type of a schema, without nil.
---@param schema table
---@param name string  of an object that stands here
---@return generate.Node
function Book:node(schema, name)
  schema = shape.without_null(schema)
  local _, schema_name = self.document:follow(schema)
  local parts = shape.parts(schema)
  if schema_name then
    return self:schema(schema_name)
  elseif schema["$recursiveRef"] then
    return recursive(self, name)
  elseif shape.is_object(schema) then
    return inline_class(self, schema, name)
  elseif #parts == 1 then
    return self:node(parts[1], name)
  elseif shape.variants(schema) then
    return union_of(self, shape.variants(schema), name)
  elseif schema.enum or schema.const ~= nil then
    return literals_of(schema.enum or { schema.const })
  end
  return basic_of(self, schema, name)
end

return book
