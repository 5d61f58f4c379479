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

local NESTED_MOST = 100    -- schemas within the first for one value
local SCHEMAS_MOST = 10000 -- schemas for one value: each choice may double them
local DEPTH_MOST = 500     -- of the value, each level of which takes some of Lua's stack

local ENDLESS = "the schema leads back to itself, or has too many choices"

local NAMED_MOST = 10 -- values of an enum that a fault names

---@class oai.SchemaCheck  one value held against a schema
---@field root any       the whole schema, for `$ref`
---@field faults oai.SchemaFaults
---@field nested integer   schemas that are being looked at since the last step into the value
---@field schemas integer  those that were looked at since
---@field depth integer    steps into the value
---@field is_endless? boolean  too many schemas were met
---@field orders table<table, string[]>  the names in tables of the schema
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
      add(run.faults, path, ("the schema's type '%s' is not known"):format(tostring(name)))
      return false
    elseif is(value) then
      return true
    end
  end
  add(run.faults, path, ("expected %s, got %s"):format(table.concat(names, " or "), kinds.describe(value)))
  return false
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
    texts[i] = i <= NAMED_MOST and text_of(one) or i == NAMED_MOST + 1 and "..." or nil
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
  else
    run:value(target, value, path)
  end
end

local CHECKS = { enum = check_enum, const = check_const, ["$ref"] = check_ref }

for _, module in ipairs { containers, choices } do
  for keyword, check_one in pairs(module) do
    CHECKS[keyword] = check_one
  end
end

-- Keywords whose value must be a table, or the code that walks it would raise.
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

--- Holds a value against the keywords of a schema. One of the wrong type has
--- one fault.
local function check_all(run, schema, value, path)
  if schema.type ~= nil and not check_type(run, schema, value, path) then
    return
  end
  for _, keyword in ipairs(run:order(schema)) do
    if keyword ~= "type" then
      check_keyword(run, schema, keyword, value, path)
    end
  end
end

--- The names in a table of the schema, in order.
---@param names table
---@return string[]
function Run:order(names)
  self.orders[names] = self.orders[names] or order(names)
  return self.orders[names]
end

--- Holds a value against a schema; what is wrong is added to the faults.
---@param schema any
---@param value any
---@param path string
function Run:value(schema, value, path)
  local nested = self.nested
  self.nested, self.schemas = nested + 1, self.schemas + 1
  if type(schema) ~= "table" then
    if schema ~= true then
      add(self.faults, path, schema == false and "may not be there" or "the schema is no table")
    end
  elseif nested > NESTED_MOST or self.schemas > SCHEMAS_MOST then
    self.is_endless = true
    add(self.faults, path, ENDLESS)
  else
    check_all(self, schema, value, path)
  end
  self.nested = nested
end

--- Holds what is in a value against its own schema.
---@param schema any
---@param value any
---@param path string
function Run:inner(schema, value, path)
  local nested, schemas = self.nested, self.schemas
  self.nested, self.schemas, self.depth = 0, 0, self.depth + 1
  if self.depth > DEPTH_MOST then
    add(self.faults, path, "is nested too deeply to be checked")
  else
    self:value(schema, value, path)
  end
  self.nested, self.schemas, self.depth = nested, schemas, self.depth - 1
end

--- The faults of a value for a schema, apart from all others.
---@param schema any
---@param value any
---@param path string
---@return oai.SchemaFaults
function Run:apart(schema, value, path)
  local list, apart = self.faults, faults.new()
  self.faults = apart
  self:value(schema, value, path)
  self.faults = list
  return apart
end

local check = {}

--- What `schema.check` returns.
---@param schema table?
---@param reason string?  why there is no schema
---@param value any
---@return true?
---@return oai.SchemaFaults?
function check.run(schema, reason, value)
  local run = setmetatable({ root = schema, faults = faults.new(), nested = 0, schemas = 0, depth = 0, orders = {} },
    Run)
  if not schema then
    add(run.faults, "", reason --[[@as string]])
  else
    run:value(schema, value == nil and json.null or value, "")
  end
  if run.is_endless then -- what else was found says nothing
    run.faults = faults.new()
    add(run.faults, "", ENDLESS)
  end
  if #run.faults > 0 then
    return nil, run.faults
  end
  return true
end

require "oai.interpret" ()

return check
