-- What a schema is, whichever way it is written: its properties with all
-- `allOf` merged, whether it may be null, whether it is an object. Pure.

local null = require("openapi").null

local shape = {}

--- The parts of an `allOf` that say more than a description or nullability.
---@return table[]
function shape.parts(schema)
  local parts = {}
  for _, part in ipairs(schema.allOf or {}) do
    if part["$ref"] or part.type or part.properties or part.allOf or part.anyOf or part.oneOf then
      parts[#parts + 1] = part
    end
  end
  return parts
end

--- The variants of a union, or nil.
function shape.variants(schema)
  return schema.anyOf or schema.oneOf
end

local function any_nullable(document, list, seen)
  for _, part in ipairs(list or {}) do
    if shape.is_nullable(document, part, seen) then
      return true
    end
  end
  return false
end

local function has_null(values)
  for _, value in ipairs(values or {}) do
    if value == null or value == "null" then
      return true
    end
  end
  return false
end

--- Whether a value of the schema may be null.
---@param seen? table<table, boolean>  schemas on the way here
---@return boolean
function shape.is_nullable(document, schema, seen)
  seen = seen or {}
  if seen[schema] then
    return false
  end
  seen[schema] = true
  if schema.nullable == true or schema.type == "null" then
    return true
  elseif type(schema.type) == "table" and has_null(schema.type) or schema.enum and has_null(schema.enum) then
    return true
  elseif schema["$ref"] then
    return shape.is_nullable(document, document:follow(schema), seen)
  end
  return any_nullable(document, schema.allOf, seen) or any_nullable(document, shape.variants(schema), seen)
end

--- What is left of a union with null: the one other variant, or the schema.
---@return table
function shape.without_null(schema)
  local real = {}
  for _, variant in ipairs(shape.variants(schema) or {}) do
    real[#real + 1] = variant.type ~= "null" and variant or nil
  end
  return #real == 1 and not schema.properties and real[1] or schema
end

--- Whether the schema itself says properties.
function shape.is_object(schema)
  return schema.properties ~= nil and next(schema.properties) ~= nil or #shape.parts(schema) > 1
end

local collect

--- The only constant that a schema allows, or nil.
local function only(schema)
  return schema.const or schema.enum and #schema.enum == 1 and schema.enum[1] or nil
end

local function is_same(a, b)
  return a == b or a["$ref"] and a["$ref"] == b["$ref"] or only(a) ~= nil and only(a) == only(b)
end

--- A property that several variants have: what any of them says.
local function either(known, property)
  if not known or is_same(known.schema, property.schema) then
    return known or property
  end
  local variants = known.merged or { known.schema }
  variants[#variants + 1] = property.schema
  return { schema = { anyOf = variants }, merged = variants, owner = known.owner }
end

--- What is in both of two sets.
local function both(a, b)
  local found = {}
  for name in pairs(a) do
    found[name] = b[name]
  end
  return found
end

--- The properties of all variants: required are those that all of them
--- require.
local function collect_variants(document, schema, into, owner)
  local required
  for _, variant in ipairs(shape.variants(schema) or {}) do
    local inner = { properties = {}, required = {} }
    collect(document, variant, inner, owner)
    for name, property in pairs(inner.properties) do
      into.properties[name] = either(into.properties[name], property)
    end
    required = required and both(required, inner.required) or inner.required
  end
  for name in pairs(required or {}) do
    into.required[name] = true
  end
end

local function collect_own(schema, into, owner)
  for name, property in pairs(schema.properties or {}) do
    into.properties[name] = { schema = property, owner = owner }
  end
  for _, name in ipairs(schema.required or {}) do
    into.required[name] = true
  end
  if schema.additionalProperties == true or type(schema.additionalProperties) == "table" then
    into.open = true
  end
end

function collect(document, schema, into, owner)
  while schema["$ref"] do
    schema, owner = document:follow(schema)
  end
  for _, part in ipairs(schema.allOf or {}) do
    collect(document, part, into, owner)
  end
  collect_own(schema, into, owner)
  if not schema.properties then
    collect_variants(document, schema, into, owner)
  end
end

---@class generate.Object
---@field properties table<string, { schema: table, owner?: string }>  owner: the schema that says it
---@field required table<string, boolean>
---@field open? boolean  it may have others

--- All properties of an object.
---@param owner? string  the schema that stands here, when it is no reference
---@return generate.Object
function shape.object(document, schema, owner)
  local into = { properties = {}, required = {} }
  collect(document, schema, into, owner)
  return into
end

--- The only value that a property may have, or nil.
---@return string?
function shape.constant(document, schema)
  schema = schema and document:resolve(schema)
  if schema and schema.enum and type(schema.enum[1]) == "string" then
    return schema.enum[1]
  end
  return schema and type(schema.const) == "string" and schema.const or nil
end

return shape
