-- What a schema speaks of, by its keywords.

local annotations = require "oai.schema.annotations"

local traits = {}

local OBJECT_KEYWORDS = { "additionalProperties", "dependencies", "maxProperties", "minProperties",
  "patternProperties", "properties", "propertyNames", "required" }

--- Whether a schema says anything of values besides a keyword.
---@param schema table
---@param keyword string
---@return boolean
function traits.has_others(schema, keyword)
  for name in pairs(schema) do
    if name ~= keyword and not annotations[name] then
      return true
    end
  end
  return false
end

--- Whether keywords of a schema are about objects.
---@param schema table
---@return boolean
function traits.has_object_keywords(schema)
  for _, keyword in ipairs(OBJECT_KEYWORDS) do
    if schema[keyword] ~= nil then
      return true
    end
  end
  return false
end

-- Keywords whose value is a schema.
local TAKES_SCHEMA = { additionalItems = true, additionalProperties = true, contains = true, ["else"] = true,
  ["if"] = true, items = true, ["not"] = true, propertyNames = true, ["then"] = true, unevaluatedItems = true,
  unevaluatedProperties = true }

local function is_plainly_one(value)
  return type(value) == "table" and (type(value.type) == "string" or value.anyOf ~= nil or value["$ref"] ~= nil
    or value.enum ~= nil or value.const ~= nil)
end

--- What stands where a schema should, without doubt: a list, or schemas by the
--- names of properties; nil where it may be one.
---@param value table
---@return string?
function traits.mistaken_for(value)
  if value[1] ~= nil then
    return "a list"
  elseif next(value) == nil then
    return nil
  end
  for name, item in pairs(value) do
    if TAKES_SCHEMA[name] or not is_plainly_one(item) then
      return nil
    end
  end
  return "properties without s.object { ... } around them"
end

--- Whether a schema speaks of objects.
---@param schema any
---@return boolean
function traits.has_object_shape(schema)
  if type(schema) ~= "table" then
    return false
  end
  local of = schema.type
  if of == nil then
    return traits.has_object_keywords(schema)
  end
  for _, name in ipairs(type(of) == "table" and of or { of }) do
    if name == "object" then
      return true
    end
  end
  return false
end

local CHOICES = { "anyOf", "oneOf" }

--- Of which types values are where none of them is an object, as text; nil
--- where one may be.
---@param schema any
---@return string?
function traits.without_objects(schema)
  if type(schema) ~= "table" then
    return nil
  elseif type(schema.type) == "string" then
    return schema.type ~= "object" and schema.type or nil
  elseif type(schema.type) == "table" then
    return not traits.has_object_shape(schema) and table.concat(schema.type, " or ") or nil
  end
  for _, keyword in ipairs(CHOICES) do
    local names = {}
    for i, choice in ipairs(type(schema[keyword]) == "table" and schema[keyword] or {}) do
      names[i] = traits.without_objects(choice)
      if not names[i] then
        return nil
      end
    end
    if names[1] then
      return table.concat(names, " or ")
    end
  end
  return nil
end

require "oai.interpret" ()

return traits
