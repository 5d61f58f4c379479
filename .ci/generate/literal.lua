-- Values for an example, written as Lua: those of schemas, with what they
-- require. A value is a text, or a list of `{ name, value }`; of a list of
-- items the names are left out.

local shape = require "shape"

local literal = {}

local WIDTH = 100

local function quoted(text)
  return ("%q"):format(text):gsub("\\\n", "\\n")
end

--- A constant of JSON as Lua; nil for what is no single value.
local function constant(value)
  if type(value) == "string" then
    return (quoted(value))
  elseif type(value) == "number" then
    return ("%.14g"):format(value)
  elseif type(value) == "boolean" then
    return tostring(value)
  end
  return nil
end

local BASIC = { integer = "1", number = "1", boolean = "true", string = '"example"' }

--- The variant that takes least: the first that requires nothing of an
--- object's, else the first.
local function simplest(document, variants)
  for _, variant in ipairs(variants) do
    local schema = document:resolve(variant)
    if schema.type ~= "null" and not shape.is_object(schema) and not shape.variants(schema) then
      return variant
    end
  end
  return variants[1].type == "null" and variants[2] or variants[1]
end

-- What stands first among fields.
local FIRST = { type = 1, role = 2, model = 3 }

--- A list of `{ name, value }` in the order in which it is written.
function literal.in_order(list)
  table.sort(list, function(a, b)
    local first, second = FIRST[a[1]] or 9, FIRST[b[1]] or 9
    return first < second or first == second and a[1] < b[1]
  end)
  return list
end

local of_schema

local function of_object(document, schema, known)
  local object, list = shape.object(document, schema), {}
  for name in pairs(object.required) do
    local property = object.properties[name]
    if property then
      list[#list + 1] = { name, of_schema(document, property.schema, known, name) }
    end
  end
  return literal.in_order(list)
end

--- The first of several constants that Lua can write.
local function first_constant(...)
  for i = 1, select("#", ...) do
    local value = constant((select(i, ...)))
    if value then
      return value
    end
  end
  return nil
end

--- A value of a schema that is no union: what is in it, or one of its type.
local function of_type(document, schema, known)
  local kind = type(schema.type) == "table" and schema.type[1] or schema.type
  if shape.is_object(schema) then
    return of_object(document, schema, known)
  elseif kind == "array" then
    return { { false, of_schema(document, schema.items or {}, known) } }
  elseif kind == "string" and schema.format == "binary" then
    return '"notes.txt"'
  end
  return BASIC[kind] or {}
end

--- The value that is known of a field, unless that is a text where a list or an
--- object belongs.
local function known_of(schema, known, name)
  local value = name and known[name]
  local is_table = schema.type == "array" or schema.type == "object"
  return value and not (is_table and value:find '^"') and value or nil
end

function of_schema(document, schema, known, name)
  schema = document:resolve(shape.without_null(schema))
  local parts, enum = shape.parts(schema), type(schema.enum) == "table" and schema.enum[1] or nil
  local said = first_constant(schema.const, enum) or known_of(schema, known, name)
    or first_constant(schema.example, schema.default)
  if said then
    return said
  elseif shape.variants(schema) and not shape.is_object(schema) then
    return of_schema(document, simplest(document, shape.variants(schema)), known)
  elseif #parts == 1 then
    return of_schema(document, parts[1], known)
  end
  return of_type(document, schema, known)
end

--- A value of a schema, with what it requires.
---@param document table
---@param schema table
---@param known table<string, string>  values by the names of fields
---@param name string  of the field that it is for
---@return string|table
function literal.of(document, schema, known, name)
  return of_schema(document, schema, known, name)
end

local function key_of(name)
  return name and (name:find "^[%a_][%w_]*$" and name or ('["%s"]'):format(name)) .. " = " or ""
end

local function in_lines(list, indent)
  local lines = { "{" }
  for _, pair in ipairs(list) do
    lines[#lines + 1] = indent .. "  " .. key_of(pair[1]) .. literal.text(pair[2], indent .. "  ") .. ","
  end
  lines[#lines + 1] = indent .. "}"
  return table.concat(lines, "\n")
end

--- A value as it is written: in one line, where that is not long.
---@param value string|table
---@param indent string
---@param before? integer  how much stands before it in its line
---@return string
function literal.text(value, indent, before)
  if type(value) == "string" then
    return value
  end
  local texts = {}
  for i, pair in ipairs(value) do
    texts[i] = key_of(pair[1]) .. literal.text(pair[2], "")
  end
  local line = #texts > 0 and "{ " .. table.concat(texts, ", ") .. " }" or "{}"
  local is_long = #indent + (before or 20) + #line > WIDTH or line:find("\n", 1, true)
  return is_long and in_lines(value, indent) or line
end

return literal
