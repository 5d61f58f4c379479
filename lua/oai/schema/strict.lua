-- A schema as the API's strict mode wants it: every object closed and all its
-- properties required, and no keyword that the mode lacks. A schema is put in
-- other words where these mean the same; else it is refused, with the place.

local flatten = require "oai.schema.flatten"
local json = require "oai.codec.json"
local kinds = require "oai.schema.kinds"
local order = require "oai.schema.order"
local pointer = require "oai.schema.pointer"
local refusal = require "oai.schema.refusal"
local set = require "oai.set"
local traits = require "oai.schema.traits"

local strict = {}

local has_object_shape, has_others = traits.has_object_shape, traits.has_others
local join, refuse = refusal.join, refusal.refuse

local UNSUPPORTED = { "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef",
  "additionalItems", "allOf", "contains", "contentEncoding", "contentMediaType", "contentSchema",
  "dependentRequired", "dependentSchemas", "dependencies", "else", "if", "maxContains", "maxProperties", "minContains",
  "minProperties", "not",
  "patternProperties", "prefixItems", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
  "uniqueItems" }

-- Keywords whose value must be a table, or the code that walks it would raise.
local TABLES = { "required", "properties", "$defs", "definitions", "anyOf", "oneOf", "allOf" }

local function contains_null(list)
  for _, value in ipairs(type(list) == "table" and list or { list }) do
    if value == "null" or kinds.is_null(value) then
      return true
    end
  end
  return false
end

local is_nullable

local function some_nullable(choices, root, seen)
  for _, choice in ipairs(choices) do
    if is_nullable(choice, root, seen) then
      return true
    end
  end
  return false
end

local function is_nullable_ref(schema, root, seen)
  local ref = schema["$ref"]
  if has_others(schema, "$ref") or seen[ref] then
    return false
  end
  seen[ref] = true
  return is_nullable(pointer(root, ref), root, seen)
end

--- Whether a schema is known to take null.
function is_nullable(schema, root, seen)
  if type(schema) ~= "table" then
    return schema == true
  elseif schema["$ref"] ~= nil then
    return is_nullable_ref(schema, root, seen)
  elseif schema.type ~= nil and not contains_null(schema.type) or schema["not"] ~= nil or schema["if"] ~= nil then
    return false
  elseif schema.const ~= nil and not kinds.is_null(schema.const) or schema.enum and not contains_null(schema.enum) then
    return false
  end
  local choices = schema.anyOf or schema.oneOf
  return not choices or type(choices) == "table" and some_nullable(choices, root, seen)
end

--- An object of which only choices of objects say what it is needs no type.
local function check_union(schema, root, at)
  if schema.anyOf == nil or not has_object_shape(schema) then
    return
  elseif schema.type ~= "object" or traits.has_object_keywords(schema) then
    refuse(at, "an object with `anyOf` beside its properties cannot be represented in strict mode")
  end
  for _, choice in ipairs(schema.anyOf) do
    choice = type(choice) == "table" and pointer(root, choice["$ref"]) or choice
    if type(choice) ~= "table" or choice.type ~= "object" then
      refuse(at, "an object with `anyOf` of what is no object cannot be represented in strict mode")
    end
  end
  schema.type = nil
end

local function close_object(schema, at)
  if not has_object_shape(schema) then
    return
  elseif schema.additionalProperties == nil then
    schema.additionalProperties = false
  elseif schema.additionalProperties ~= false then
    refuse(at, "an object must have `additionalProperties: false` in strict mode")
  end
  for _, name in ipairs(schema.required or {}) do
    if type(schema.properties) ~= "table" or schema.properties[name] == nil then
      refuse(at, ("`required` names `%s`, which is not among the `properties`"):format(tostring(name)))
    end
  end
end

local function require_all(schema, root, at)
  local given, names = set(schema.required or {}), order(schema.properties)
  for _, name in ipairs(names) do
    if not given[name] and not is_nullable(schema.properties[name], root, {}) then
      refuse(join(at, "properties", tostring(name)), "what may be left out must be nullable in strict mode: "
        .. "all properties are required there")
    end
  end
  schema.required = json.array(names)
end

local function check_ref(schema, root, at)
  local ref = schema["$ref"]
  if pointer(root, ref) == nil then
    refuse(at, ("`$ref` %s points to nothing in the schema"):format(tostring(ref)))
  elseif has_others(schema, "$ref") then
    refuse(at, "nothing but annotations may stand beside a `$ref` in strict mode")
  end
end

local function check_tables(schema, at)
  for _, keyword in ipairs(TABLES) do
    if schema[keyword] ~= nil and type(schema[keyword]) ~= "table" then
      refuse(at, ("`%s` must be a table"):format(keyword))
    end
  end
end

local function check_keywords(schema, at)
  for _, keyword in ipairs(UNSUPPORTED) do
    if schema[keyword] ~= nil then
      refuse(at, ("the keyword `%s` cannot be represented in strict mode"):format(keyword))
    end
  end
  if schema.type == "array" and schema.items == nil then
    refuse(at, "an array must say what its `items` are in strict mode")
  end
end

local convert

--- Converts the schemas that a keyword has, by name or in a list.
local function convert_all(schema, keyword, root, at, depth)
  local list = schema[keyword]
  for _, name in ipairs(list and order(list) or {}) do
    convert(list[name], root, join(at, keyword, tostring(type(name) == "number" and name - 1 or name)), depth)
  end
end

--- Makes a schema strict, in place.
function convert(schema, root, at, depth)
  if type(schema) ~= "table" then
    refuse(at, ("expected a schema that is an object, got %s"):format(tostring(schema)))
  elseif depth == refusal.DEPTH_MOST or schema["$id"] ~= nil and depth > 0 then
    refuse(at, depth == refusal.DEPTH_MOST and "it is nested too deeply" or "an inner `$id` cannot be represented")
  end
  check_tables(schema, at)
  check_union(schema, root, at)
  close_object(schema, at)
  if type(schema.properties) == "table" then
    require_all(schema, root, at)
  end
  if schema["$ref"] ~= nil then
    check_ref(schema, root, at)
  end
  check_keywords(schema, at)
  for _, keyword in ipairs { "$defs", "definitions", "properties", "anyOf" } do
    convert_all(schema, keyword, root, at, depth + 1)
  end
  if schema.items ~= nil then
    convert(schema.items, root, join(at, "items"), depth + 1)
  end
  if kinds.is_null(schema.default) then
    schema.default = nil
  end
end

--- A type for people: its name, or several.
local function type_words(of)
  local words = {}
  for i, name in ipairs(type(of) == "table" and of or { of or "none" }) do
    words[i] = type(name) == "string" and name or "a " .. type(name)
  end
  return table.concat(words, " or ")
end

---@return any strict
local function convert_root(schema)
  local root = flatten.copy(schema)
  if root.type ~= "object" then
    refuse("", ("the outermost schema must have the type 'object', and has %s"):format(type_words(root.type)))
  elseif root.anyOf ~= nil or root.oneOf ~= nil then
    refuse("", "the outermost schema must not be an `anyOf`")
  end
  convert(root, root, "", 0)
  return root
end

--- A strict schema of the same meaning; why there is none.
---@param schema table
---@return table? strict
---@return string? reason
function strict.convert(schema)
  local well, result = pcall(convert_root, schema)
  if well then
    return result --[[@as table]]
  elseif type(result) == "table" and result.refused then
    return nil, result.refused
  end
  error(result, 0)
end

require "oai.interpret" ()

return strict
