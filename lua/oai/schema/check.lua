-- Holds a value against a schema, keyword by keyword. A property that is not
-- there counts as null where its schema takes that: replies are read without
-- the nulls of objects.

local faults = require "oai.schema.faults"
local json = require "oai.codec.json"
local kinds = require "oai.schema.kinds"
local limits = require "oai.schema.limits"
local order = require "oai.schema.order"
local pointer = require "oai.schema.pointer"
local set = require "oai.set"

local add = faults.add

local REFS_MOST = 100  -- that lead to each other without a step into the value
local DEPTH_MOST = 500 -- of the value, each level of which takes some of Lua's stack

local check = {}

-- Keywords that say nothing about values.
local SILENT = set { "$schema", "$id", "$comment", "$defs", "definitions", "$anchor", "title", "description", "default",
  "examples", "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType" }

local function trial(run)
  return { root = run.root, faults = faults.new(), refs = run.refs, depth = run.depth }
end

--- The faults of a value for a schema, apart from all others.
local function faults_for(run, schema, value, path)
  local apart = trial(run)
  check.value(apart, schema, value, path)
  return apart.faults
end

local function inner(run, schema, value, path)
  local refs = run.refs
  run.refs, run.depth = 0, run.depth + 1
  if run.depth > DEPTH_MOST then
    add(run.faults, path, "is nested too deeply to be checked")
  else
    check.value(run, schema, value, path)
  end
  run.refs, run.depth = refs, run.depth - 1
end

local function list_of(value)
  return type(value) == "table" and value or { value }
end

local function check_type(run, schema, value, path)
  local names = list_of(schema.type)
  for _, name in ipairs(names) do
    local is = kinds.is[name]
    if not is then
      return add(run.faults, path, ("the schema's type '%s' is not known"):format(tostring(name)))
    elseif is(value) then
      return
    end
  end
  add(run.faults, path, ("expected %s, got %s"):format(table.concat(names, " or "), kinds.describe(value)))
end

local function text_of(value)
  local text = json.encode(value)
  return text and #text <= 60 and text or kinds.describe(value)
end

local function check_enum(run, schema, value, path)
  local texts = {}
  for i, one in ipairs(schema.enum) do
    if kinds.same(one, value) then
      return
    end
    texts[i] = text_of(one)
  end
  add(run.faults, path, ("expected one of %s, got %s"):format(table.concat(texts, ", "), text_of(value)))
end

local function check_const(run, schema, value, path)
  if not kinds.same(schema.const, value) then
    add(run.faults, path, ("expected %s, got %s"):format(text_of(schema.const), text_of(value)))
  end
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
  if is_required(schema, name) and #faults_for(run, property, json.null, path) > 0 then
    add(run.faults, path, "is missing")
  end
end

local function check_properties(run, schema, value, path)
  for _, name in ipairs(kinds.is.object(value) and order(schema.properties) or {}) do
    local property, at = schema.properties[name], join(path, name)
    if value[name] == nil then
      check_absent(run, schema, property, name, at)
    else
      inner(run, property, value[name], at)
    end
  end
end

--- Names that are required, and of which the properties say nothing.
local function check_required(run, schema, value, path)
  for _, name in ipairs(kinds.is.object(value) and schema.required or {}) do
    if value[name] == nil and not (schema.properties or {})[name] then
      add(run.faults, join(path, name), "is missing")
    end
  end
end

local function check_additional(run, schema, value, path)
  local properties = schema.properties or {}
  for _, name in ipairs(kinds.is.object(value) and order(value) or {}) do
    if properties[name] == nil and schema.additionalProperties == false then
      add(run.faults, join(path, name), "is not a property of the schema")
    elseif properties[name] == nil then
      inner(run, schema.additionalProperties, value[name], join(path, name))
    end
  end
end

local function check_items(run, schema, value, path)
  local first = type(schema.prefixItems) == "table" and #schema.prefixItems or 0
  for i = first + 1, kinds.is.array(value) and #value or 0 do
    inner(run, schema.items, value[i], ("%s[%d]"):format(path, i))
  end
end

local function check_prefix(run, schema, value, path)
  for i, item in ipairs(kinds.is.array(value) and schema.prefixItems or {}) do
    if value[i] ~= nil then
      inner(run, item, value[i], ("%s[%d]"):format(path, i))
    end
  end
end

--- The faults of the one choice that is of the value's type, or nil.
local function nearest(found, path)
  local near
  for _, list in ipairs(found) do
    if list[1].path ~= path then
      if near then
        return nil
      end
      near = list
    end
  end
  return near
end

local function check_any(run, schema, value, path)
  local found = {}
  for i, choice in ipairs(schema.anyOf) do
    found[i] = faults_for(run, choice, value, path)
    if #found[i] == 0 then
      return
    end
  end
  local near = #found == 1 and found[1] or nearest(found, path)
  if near then
    return faults.add_all(run.faults, near)
  end
  local messages = {}
  for i, list in ipairs(found) do
    messages[i] = list[1].message
  end
  add(run.faults, path, "is none of what it may be: " .. table.concat(messages, ", or "))
end

local function check_one(run, schema, value, path)
  local fitting = 0
  for _, choice in ipairs(schema.oneOf) do
    fitting = fitting + (#faults_for(run, choice, value, path) == 0 and 1 or 0)
  end
  if fitting ~= 1 then
    add(run.faults, path, ("is %d of what it must be one of"):format(fitting))
  end
end

local function check_all(run, schema, value, path)
  for _, part in ipairs(schema.allOf) do
    check.value(run, part, value, path)
  end
end

local function check_not(run, schema, value, path)
  if #faults_for(run, schema["not"], value, path) == 0 then
    add(run.faults, path, "is what it must not be")
  end
end

local function check_ref(run, schema, value, path)
  local target = pointer(run.root, schema["$ref"])
  if target == nil then
    add(run.faults, path, ("the schema's $ref '%s' points to nothing"):format(tostring(schema["$ref"])))
  elseif run.refs == REFS_MOST then
    add(run.faults, path, ("the schema's $ref '%s' leads back to itself"):format(tostring(schema["$ref"])))
  else
    run.refs = run.refs + 1
    check.value(run, target, value, path)
    run.refs = run.refs - 1
  end
end

local CHECKS = {
  type = check_type,
  enum = check_enum,
  const = check_const,
  required = check_required,
  properties = check_properties,
  additionalProperties = check_additional,
  items = check_items,
  prefixItems = check_prefix,
  anyOf = check_any,
  oneOf = check_one,
  allOf = check_all,
  ["not"] = check_not,
  ["$ref"] = check_ref,
}

-- Keywords whose value must be a table, so that what walks them can.
local TABLES = set { "enum", "required", "properties", "prefixItems", "anyOf", "oneOf", "allOf" }

local function check_keyword(run, schema, keyword, value, path)
  local limit = limits[keyword]
  if TABLES[keyword] and type(schema[keyword]) ~= "table" then
    add(run.faults, path, ("the schema's '%s' must be a table"):format(keyword))
  elseif CHECKS[keyword] then
    CHECKS[keyword](run, schema, value, path)
  elseif limit then
    local wrong = limit(value, schema[keyword])
    if wrong then
      add(run.faults, path, wrong)
    end
  elseif not SILENT[keyword] then
    add(run.faults, path, ("the schema's keyword '%s' is not known"):format(tostring(keyword)))
  end
end

-- A value of the wrong type has one fault.
local function has_type(run, schema, value, path)
  local before = #run.faults
  if schema.type ~= nil then
    check_type(run, schema, value, path)
  end
  return #run.faults == before
end

--- Holds a value against a schema; what is wrong is added to the faults.
---@param run { root: table, faults: oai.SchemaFaults, refs: integer, depth: integer }
---@param schema any
---@param value any
---@param path string
function check.value(run, schema, value, path)
  if type(schema) ~= "table" then
    if schema ~= true then
      add(run.faults, path, schema == false and "may not be there" or "the schema is no table")
    end
  elseif has_type(run, schema, value, path) then
    for _, keyword in ipairs(order(schema)) do
      if keyword ~= "type" then
        check_keyword(run, schema, keyword, value, path)
      end
    end
  end
end

--- What `schema.check` returns.
---@param schema table?
---@param reason string?  why there is no schema
---@param value any
---@return true?
---@return oai.SchemaFaults?
function check.run(schema, reason, value)
  local run = { root = schema, faults = faults.new(), refs = 0, depth = 0 }
  if not schema then
    add(run.faults, "", reason --[[@as string]])
  else
    check.value(run, schema, value == nil and json.null or value, "")
  end
  if #run.faults > 0 then
    return nil, run.faults
  end
  return true
end

require "oai.interpret" ()

return check
