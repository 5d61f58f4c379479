-- The keywords that a schema may be given in Lua, by what each is for, and
-- what JSON Schema calls them.

local error_value = require "oai.error"
local suggest = require "oai.suggest"
local value_type = require "oai.value_type"

local keywords = {}

local ANY = { "description", "title", "default", "examples", "deprecated" }
local NUMBER = { "minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of" }

local OF = {
  string = { "min_length", "max_length", "pattern", "format" },
  number = NUMBER,
  integer = NUMBER,
  array = { "min_items", "max_items", "unique_items" },
  object = { "min_properties", "max_properties", "additional_properties" },
  map = { "min_properties", "max_properties" },
}

-- What the value of a keyword must be; of the others it may be anything.
local VALUES = {
  description = { "string" }, title = { "string" }, deprecated = { "boolean" }, pattern = { "string" },
  format = { "string" }, unique_items = { "boolean" }, additional_properties = { "boolean", "table" },
}
for _, name in ipairs(NUMBER) do
  VALUES[name] = { "number" }
end
for _, of in ipairs { "length", "items", "properties" } do
  VALUES["min_" .. of], VALUES["max_" .. of] = { "integer" }, { "integer" }
end

--- "min_length" as JSON Schema writes it: "minLength".
local function written(name)
  return (name:gsub("_(%l)", string.upper))
end

--- What each keyword of a kind of schema is called in JSON Schema, by either
--- name.
local function names_for(kind)
  local names = {}
  for _, list in ipairs { ANY, OF[kind] or {} } do
    for _, name in ipairs(list) do
      names[name], names[written(name)] = written(name), written(name)
    end
  end
  return names
end

local known = {}

local values = {} -- by the names in JSON Schema
for name, of in pairs(VALUES) do
  values[written(name)] = of
end

local function check_value(kind, key, name, value)
  if values[name] then
    value_type.check_one("schema." .. kind, "keyword", key, value, values[name])
  end
end

--- Puts keywords into a schema; a text is its description. Raises for one that
--- is not of its kind.
---@param schema table
---@param kind string  as the function of oai.schema is called that makes it
---@param given? string|table<string, any>
---@return table schema
function keywords.put(schema, kind, given)
  if given == nil then
    return schema
  elseif type(given) == "string" then
    schema.description = given
    return schema
  elseif type(given) ~= "table" then
    error_value.misuse(("schema.%s: expected a description or a table of keywords, got %s"):format(kind, type(given)))
  end
  known[kind] = known[kind] or names_for(kind)
  for key, value in pairs(given) do
    local name = known[kind][key]
    if not name then
      error_value.misuse(("schema.%s: has no keyword '%s'%s"):format(kind, tostring(key),
        suggest.hint(key, known[kind])))
    end
    check_value(kind, key, name, value)
    schema[name] = value
  end
  return schema
end

require "oai.interpret" ()

return keywords
