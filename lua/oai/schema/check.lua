-- Holds a value against a schema, keyword by keyword.

local choices = require "oai.schema.choices"
local containers = require "oai.schema.containers"
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

---@class oai.SchemaCheck  one value held against a schema
---@field root any       the whole schema, for `$ref`
---@field faults oai.SchemaFaults
---@field refs integer   that were followed since the last step into the value
---@field depth integer  steps into the value
local Run = {}
Run.__index = Run

-- Keywords that say nothing about values.
local SILENT = set { "$schema", "$id", "$comment", "$defs", "definitions", "$anchor", "title", "description", "default",
  "examples", "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType" }

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

local function check_ref(run, schema, value, path)
  local target = pointer(run.root, schema["$ref"])
  if target == nil then
    add(run.faults, path, ("the schema's $ref '%s' points to nothing"):format(tostring(schema["$ref"])))
  elseif run.refs == REFS_MOST then
    add(run.faults, path, ("the schema's $ref '%s' leads back to itself"):format(tostring(schema["$ref"])))
  else
    run.refs = run.refs + 1
    run:value(target, value, path)
    run.refs = run.refs - 1
  end
end

local CHECKS = { enum = check_enum, const = check_const, ["$ref"] = check_ref }

for _, module in ipairs { containers, choices } do
  for keyword, check_one in pairs(module) do
    CHECKS[keyword] = check_one
  end
end

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
---@param schema any
---@param value any
---@param path string
function Run:value(schema, value, path)
  if type(schema) ~= "table" then
    if schema ~= true then
      add(self.faults, path, schema == false and "may not be there" or "the schema is no table")
    end
  elseif has_type(self, schema, value, path) then
    for _, keyword in ipairs(order(schema)) do
      if keyword ~= "type" then
        check_keyword(self, schema, keyword, value, path)
      end
    end
  end
end

--- Holds what is in a value against its own schema.
---@param schema any
---@param value any
---@param path string
function Run:inner(schema, value, path)
  local refs = self.refs
  self.refs, self.depth = 0, self.depth + 1
  if self.depth > DEPTH_MOST then
    add(self.faults, path, "is nested too deeply to be checked")
  else
    self:value(schema, value, path)
  end
  self.refs, self.depth = refs, self.depth - 1
end

local function new_run(root, refs, depth)
  return setmetatable({ root = root, faults = faults.new(), refs = refs, depth = depth }, Run)
end

--- The faults of a value for a schema, apart from all others.
---@param schema any
---@param value any
---@param path string
---@return oai.SchemaFaults
function Run:apart(schema, value, path)
  local apart = new_run(self.root, self.refs, self.depth)
  apart:value(schema, value, path)
  return apart.faults
end

local check = {}

--- What `schema.check` returns.
---@param schema table?
---@param reason string?  why there is no schema
---@param value any
---@return true?
---@return oai.SchemaFaults?
function check.run(schema, reason, value)
  local run = new_run(schema, 0, 0)
  if not schema then
    add(run.faults, "", reason --[[@as string]])
  else
    run:value(schema, value == nil and json.null or value, "")
  end
  if #run.faults > 0 then
    return nil, run.faults
  end
  return true
end

require "oai.interpret" ()

return check
