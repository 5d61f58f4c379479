-- What a schema says of what is in an object or a list. A property that is not
-- there counts as null where its schema takes that: replies are read without
-- the nulls of objects.

local faults = require "oai.schema.faults"
local json = require "oai.codec.json"
local kinds = require "oai.schema.kinds"
local order = require "oai.schema.order"

local add = faults.add

local function properties_of(schema)
  return type(schema.properties) == "table" and schema.properties or {}
end

local function join(path, name)
  return path == "" and tostring(name) or path .. "." .. tostring(name)
end

local function is_required(schema, name)
  for _, one in ipairs(type(schema.required) == "table" and schema.required or {}) do
    if one == name then
      return true
    end
  end
  return false
end

local function check_absent(run, schema, property, name, path)
  if is_required(schema, name) and #run:apart(property, json.null, path) > 0 then
    add(run.faults, path, "is missing")
  end
end

local function check_properties(run, schema, value, path)
  for _, name in ipairs(kinds.is.object(value) and run:order(schema.properties) or {}) do
    local property, at = schema.properties[name], join(path, name)
    if value[name] == nil then
      check_absent(run, schema, property, name, at)
    else
      run:inner(property, value[name], at)
    end
  end
end

--- Names that are required, and of which the properties say nothing.
local function check_required(run, schema, value, path)
  for _, name in ipairs(kinds.is.object(value) and schema.required or {}) do
    if value[name] == nil and not properties_of(schema)[name] then
      add(run.faults, join(path, name), "is missing")
    end
  end
end

local function check_additional(run, schema, value, path)
  local properties = properties_of(schema)
  for _, name in ipairs(kinds.is.object(value) and order(value) or {}) do
    if properties[name] == nil and schema.additionalProperties == false then
      add(run.faults, join(path, name), "is not a property of the schema")
    elseif properties[name] == nil then
      run:inner(schema.additionalProperties, value[name], join(path, name))
    end
  end
end

local function check_items(run, schema, value, path)
  local first = type(schema.prefixItems) == "table" and #schema.prefixItems or 0
  for i = first + 1, kinds.is.array(value) and #value or 0 do
    run:inner(schema.items, value[i], ("%s[%d]"):format(path, i))
  end
end

local function check_prefix(run, schema, value, path)
  for i, item in ipairs(kinds.is.array(value) and schema.prefixItems or {}) do
    if value[i] ~= nil then
      run:inner(item, value[i], ("%s[%d]"):format(path, i))
    end
  end
end

return {
  required = check_required,
  properties = check_properties,
  additionalProperties = check_additional,
  items = check_items,
  prefixItems = check_prefix,
}
