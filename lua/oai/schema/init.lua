-- oai.schema: JSON Schema from Lua. What it makes are plain tables that the library's JSON writes, properties in
-- the order in which they were written; hand-written tables and JSON text are as good. What values are of a
-- schema is check.lua's, what the API's strict mode wants is strict.lua's.

local error_value = require "oai.error"
local json = require "oai.codec.json"
local keywords = require "oai.schema.keywords"
local lazy = require "oai.lazy"
local read = require "oai.schema.read"
local traits = require "oai.schema.traits"
local unknown = require "oai.unknown"

local check = lazy "oai.schema.check"
local strict = lazy "oai.schema.strict"

---@alias oai.SchemaValue table  a JSON Schema
---@alias oai.SchemaKeywords string|table<string, any>  a description, or keywords such as `{ minimum = 1 }`

---@class oai.Schema
local schema = {}

-- Schemas of properties that may be left out.
local optional = setmetatable({}, { __mode = "k" })

local function copied(one)
  local copy = setmetatable({}, getmetatable(one))
  for key, value in pairs(one) do
    copy[key] = value
  end
  return copy
end

--- Raises where a function was called with a colon.
local function check_dot(name, first)
  if first == schema then
    error_value.misuse(("schema.%s: call it with a dot, as in s.%s(...)"):format(name, name))
  end
end

--- What a value is that is no schema, or nil.
local function refusal(value)
  if type(value) == "function" then
    return "a function, which was not called"
  end
  return type(value) ~= "table" and type(value) or traits.mistaken_for(value)
end

--- Raises unless this may be a schema; `place` is the property that it is of.
local function check_schema(name, value, place)
  check_dot(name, value)
  local got = refusal(value)
  if got then
    error_value.misuse(("schema.%s: %sexpected a schema, got %s"):format(name,
      place and ("'%s': "):format(tostring(place)) or "", got))
  end
  return value
end

--- Makes a function for schemas of a type.
local function of_type(name)
  return function(given)
    check_dot(name, given)
    return keywords.put({ type = name }, name, given)
  end
end

--- A text: `s.string()`, `s.string("why")`, `s.string { maxLength = 80 }`.
---@type fun(given?: oai.SchemaKeywords): oai.SchemaValue
schema.string = of_type "string"
--- A number: `s.number { minimum = 0 }`.
---@type fun(given?: oai.SchemaKeywords): oai.SchemaValue
schema.number = of_type "number"
--- A whole number: `s.integer { minimum = 1 }`.
---@type fun(given?: oai.SchemaKeywords): oai.SchemaValue
schema.integer = of_type "integer"
--- True or false.
---@type fun(given?: oai.SchemaKeywords): oai.SchemaValue
schema.boolean = of_type "boolean"
--- JSON null, and nothing else.
---@type fun(given?: oai.SchemaKeywords): oai.SchemaValue
schema.null = of_type "null"

--- A list of items that are of one schema.
---@param item oai.SchemaValue  what each of its items is of
---@param given? oai.SchemaKeywords  a description, or keywords
---@return oai.SchemaValue
function schema.array(item, given)
  return keywords.put({ type = "array", items = check_schema("array", item) }, "array", given)
end

--- The type that all of some values are of, or nil.
local function common_type(values)
  local found
  for _, value in ipairs(values) do
    local name = value == json.null and "null" or type(value)
    if found and found ~= name or name == "table" then
      return nil
    end
    found = name
  end
  return found
end

local function check_list(name, values)
  check_dot(name, values)
  if type(values) ~= "table" or values[1] == nil then
    error_value.misuse(("schema.%s: expected a list that is not empty, as in s.%s { a, b }, got %s"):format(name, name,
      type(values) == "table" and "a table without items" or type(values)))
  end
end

--- One of some values.
---@param values any[]  a list
---@param given? oai.SchemaKeywords  a description, or keywords
---@return oai.SchemaValue
function schema.enum(values, given)
  check_list("enum", values)
  local list = json.array()
  for i, value in ipairs(values) do
    list[i] = value
  end
  return keywords.put({ type = common_type(list), enum = list }, "enum", given)
end

--- One value and no other.
---@param value any  a text, a number, a boolean or `oai.null`
---@param given? oai.SchemaKeywords  a description, or keywords
---@return oai.SchemaValue
function schema.const(value, given)
  check_dot("const", value)
  if value == nil then
    error_value.misuse "schema.const: expected a value, got nil; JSON's is oai.null"
  end
  return keywords.put({ type = common_type { value }, const = value }, "const", given)
end

--- What is of one schema, or of several.
---@param choices oai.SchemaValue[]  a list of schemas
---@param given? oai.SchemaKeywords  a description, or keywords
---@return oai.SchemaValue
function schema.any_of(choices, given)
  check_list("any_of", choices)
  local list = json.array()
  for i, choice in ipairs(choices) do
    list[i] = check_schema("any_of", choice)
  end
  return keywords.put({ anyOf = list }, "any_of", given)
end

--- The pairs of fields that are written as pairs.
local function pairs_of(name, fields)
  local list, seen = {}, {}
  for key in pairs(fields) do
    if type(key) ~= "number" then
      error_value.misuse(("schema.%s: '%s' stands beside a list; write { '%s', schema } in it"):format(name,
        tostring(key), tostring(key)))
    end
  end
  for i, pair in ipairs(fields) do
    local key = type(pair) == "table" and pair[1]
    if type(key) ~= "string" or seen[key] then
      error_value.misuse(("schema.%s: item %d must be { name, schema }%s"):format(name, i,
        seen[key] and (", and '%s' is there twice"):format(key) or ""))
    end
    seen[key], list[i] = true, { key, check_schema(name, pair[2], key) }
  end
  return list
end

--- The pairs of fields that are written by name: they are sorted.
local function sorted_pairs_of(name, fields)
  local list = {}
  for key, value in pairs(fields) do
    if type(key) ~= "string" then
      error_value.misuse(("schema.%s: names must be strings, got a %s"):format(name, type(key)))
    end
    list[#list + 1] = { key, check_schema(name, value, key) }
  end
  table.sort(list, function(a, b)
    return a[1] < b[1]
  end)
  return list
end

--- Fields in their order: `{ { name, schema }, ... }` or `{ name = schema }`.
local function fields_of(name, fields)
  check_dot(name, fields)
  if type(fields) ~= "table" then
    error_value.misuse(("schema.%s: expected a table, got %s"):format(name, type(fields)))
  end
  return (fields[1] ~= nil and pairs_of or sorted_pairs_of)(name, fields)
end

--- Schemas under their names, in order.
local function named(list)
  local order = {}
  local object = json.ordered(order)
  for i, pair in ipairs(list) do
    order[i], object[pair[1]] = pair[1], pair[2]
  end
  return object
end

--- An object of these properties and no others: `s.object { { "a", s.string() },
--- { "b", s.number() } }` in this order, or `s.object { a = ... }`, by name.
---@param fields table  `{ { name, schema }, ... }`, or `{ name = schema }`
---@param given? oai.SchemaKeywords  a description, or keywords
---@return oai.SchemaValue
function schema.object(fields, given)
  local list, required = fields_of("object", fields), json.array()
  for _, pair in ipairs(list) do
    required[#required + 1] = not optional[pair[2]] and pair[1] or nil
  end
  return keywords.put({ type = "object", properties = named(list), required = required,
    additionalProperties = false }, "object", given)
end

--- An object of any names, whose values are of one schema. The API's strict
--- mode has none.
---@param value oai.SchemaValue  what each of its values is of
---@param given? oai.SchemaKeywords  a description, or keywords
---@return oai.SchemaValue
function schema.map(value, given)
  return keywords.put({ type = "object", additionalProperties = check_schema("map", value) }, "map", given)
end

--- What a schema of `s.defs` says; without a name what the whole says.
---@param name? string  one of those of `s.defs`
---@return oai.SchemaValue
function schema.ref(name)
  check_dot("ref", name)
  if name ~= nil and type(name) ~= "string" then
    error_value.misuse(("schema.ref: expected a name, got %s"):format(type(name)))
  end
  return { ["$ref"] = name and "#/$defs/" .. name:gsub("~", "~0"):gsub("/", "~1") or "#" }
end

--- A schema in which `s.ref` finds others by their names.
---@param of oai.SchemaValue  the whole
---@param definitions table  as the fields of `s.object` are written
---@return oai.SchemaValue
function schema.defs(of, definitions)
  local copy = copied(check_schema("defs", of))
  copy["$defs"] = named(fields_of("defs", definitions))
  return copy
end

--- A property that may be left out. The API's strict mode wants it nullable
--- too: all properties are there, and null where there is nothing to say.
---@param of oai.SchemaValue  what it is where it is there
---@return oai.SchemaValue
function schema.optional(of)
  local copy = copied(check_schema("optional", of))
  optional[copy] = true
  return copy
end

--- What a schema says, or null.
---@param of oai.SchemaValue  what it is where it is not null
---@return oai.SchemaValue
function schema.nullable(of)
  local result
  if type(check_schema("nullable", of).type) == "string" and of.enum == nil and of.const == nil then
    result = copied(of)
    result.type = json.array { of.type, "null" }
  else
    result = { anyOf = json.array { of, { type = "null" } } }
  end
  optional[result] = optional[of]
  return result
end

--- A schema as the API's strict mode wants it: objects closed, all properties
--- required. What it cannot say is an error, with its place. The schema that is
--- given is left as it is.
---@param of oai.SchemaValue|string  a table, or JSON
---@return oai.SchemaValue?
---@return oai.Error? err
function schema.strict(of)
  check_dot("strict", of)
  local value, reason = read(of, "schema.strict")
  if value then
    value, reason = strict.convert(value)
  end
  if value then
    return value
  end
  return nil, error_value.new { kind = "bad_schema", message = reason }
end

--- Whether a value is of a schema. A list of what is wrong with it where it is not, one line each as text:
--- `{ path = "a.b[2]", message = "..." }`. A keyword of the schema that is not known is a fault.
---@param of oai.SchemaValue|string  a table, or JSON
---@param value any  what is held against it
---@return true? well  it is
---@return oai.SchemaFaults? faults  beside nil: what is wrong, and where
function schema.check(of, value)
  check_dot("check", of)
  local found, reason = read(of, "schema.check")
  return check.run(found, reason, value)
end

unknown.refuse(schema, "oai.schema", {})

require "oai.interpret" ()

return schema
