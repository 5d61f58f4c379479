-- What an `allOf` joins, put into one schema where that means the same: strict
-- mode has no `allOf`.

local annotations = require "oai.schema.annotations"
local json = require "oai.codec.json"
local kinds = require "oai.schema.kinds"
local order = require "oai.schema.order"
local set = require "oai.set"

local all_of = {}

-- What the schemas that are joined may have.
local MERGEABLE = set { "type", "properties", "required", "additionalProperties" }

--- Takes the one branch of an `allOf` in its place; what is said beside it
--- about the whole goes before.
---@param schema table
---@param branch table
function all_of.inline(schema, branch)
  schema.allOf = nil
  for name, value in pairs(branch) do
    if schema[name] == nil then
      schema[name] = value
    end
  end
end

-- The other keywords that a schema with `allOf` may have where it is merged.
local OUTSIDE = set { "allOf", "$defs", "definitions", "$id", "$schema" }

local function is_table(value)
  return value == nil or type(value) == "table"
end

--- Whether a schema says nothing but what objects have.
local function can_merge(schema, is_outer)
  for name in pairs(schema) do
    if not MERGEABLE[name] and not annotations[name] and not (is_outer and OUTSIDE[name]) then
      return false
    end
  end
  return is_table(schema.properties) and is_table(schema.required) and (schema.type == nil or schema.type == "object")
    and (schema.additionalProperties == nil or schema.additionalProperties == false)
end

--- Adds the properties of a branch; false where one is there already, as
--- another.
local function merge_properties(into, branch, names)
  for _, name in ipairs(order(branch.properties or {})) do
    local property = branch.properties[name]
    if into[name] == nil then
      into[name], names[#names + 1] = property, name
    elseif not kinds.same(into[name], property) then
      return false
    end
  end
  return true
end

--- Whether an object that is closed in one branch is so for all names.
local function closed_to(branch, names)
  for _, name in ipairs(branch.additionalProperties == false and names or {}) do
    if (branch.properties or {})[name] == nil then
      return true
    end
  end
  return false
end

local function all_branches(schema)
  local branches = {}
  for i, branch in ipairs(schema.allOf) do
    branches[i] = branch
  end
  table.insert(branches, 1, schema)
  return branches
end

--- Whether one of the branches has a keyword.
local function some_have(branches, keyword)
  for _, branch in ipairs(branches) do
    if branch[keyword] ~= nil then
      return true
    end
  end
  return false
end

--- Takes over what a branch says about the whole, where that says nothing.
local function annotate(schema, branch)
  for name in pairs(annotations) do
    if schema[name] == nil then
      schema[name] = branch[name]
    end
  end
end

--- Makes one object of the branches of an `allOf`; false where one object would
--- not mean the same.
---@param schema table
---@return boolean
function all_of.merge(schema)
  local names, required, branches = {}, json.array(), all_branches(schema)
  local properties = json.ordered(names)
  for _, branch in ipairs(branches) do
    if type(branch) ~= "table" or not can_merge(branch, branch == schema)
      or not merge_properties(properties, branch, names) then
      return false
    end
    for _, name in ipairs(branch.required or {}) do
      required[#required + 1] = name
    end
  end
  for _, branch in ipairs(branches) do
    if closed_to(branch, names) then
      return false
    end
    annotate(schema, branch)
  end
  schema.type, schema.allOf = "object", nil
  schema.required = some_have(branches, "required") and required or nil
  schema.properties = some_have(branches, "properties") and properties or nil
  return true
end

require "oai.interpret" ()

return all_of
