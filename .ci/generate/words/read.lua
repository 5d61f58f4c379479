-- Finds our own words for the reference: what operations do, what parameters and
-- fields are, which of them come first. Pure, but for loading the tables.

local read = {}

local areas = require "words.areas"
local by_operation = require "words.parameters_by_operation"
local by_type = require "words.fields_by_type"
local by_name = { require "words.fields_a_to_e", require "words.fields_f_to_o", (require "words.fields_p_to_z") }
local parameters = require "words.parameters"
local usual = require "words.usual"

-- Operations whose parameters are described where another's are.
local LIKE = { ["beta.responses"] = "responses" }

local function table_of(module)
  local found, value = pcall(require, module)
  return found and value or {}
end

--- What an operation does: one sentence, or two.
---@param name string  "files.create"
---@return string?
function read.operation(name)
  return table_of("words.operations." .. name:match "^[%w_]+")[name]
end

--- What a resource is for: a sentence, if it is an area of its own.
---@param name string  "beta.agents"
---@return string?
function read.area(name)
  local found = areas[(name:gsub("%.", "_"))]
  return found and found[1]
end

--- What stands under the longest beginning of an operation's name and a
--- parameter's.
local function under_longest(operation, name)
  local beginning = operation
  while beginning do
    local found = by_operation[beginning .. "." .. name]
    if found then
      return found
    end
    beginning = beginning:match "^(.*)%.[%w_]+$"
  end
  return nil
end

--- The operation whose parameters are described in place of another's.
local function described(operation)
  for beginning, other in pairs(LIKE) do
    if operation:sub(1, #beginning) == beginning then
      return other .. operation:sub(#beginning + 1)
    end
  end
  return operation
end

--- What a parameter of an operation is, in a few words.
---@param operation string  "files.create"
---@param name string       "purpose"
---@return string?
function read.parameter(operation, name)
  return under_longest(operation, name) or under_longest(described(operation), name) or parameters[name]
end

--- The optional parameters that come first, in order; those of `everywhere` may
--- be none of the operation's.
---@param operation string
---@return string[]
function read.usual(operation)
  return usual[operation] or usual[described(operation)] or usual.everywhere
end

--- A type without what its name has besides: those of beta operations, of plain
--- data and of objects are like each other; pages are all alike.
---@param class string
---@return string
function read.base(class)
  if class:find "Page$" or class:find "PageBackward$" then
    return "Page"
  end
  return (class:gsub("^Beta", ""):gsub("^OpenAI", ""):gsub("Data$", ""):gsub("Object$", ""))
end

--- What a field of a type is, in a few words.
---@param class string  "File", without the "oai."
---@param name string
---@return string?
function read.field(class, name)
  local found = by_type[class .. "." .. name] or by_type[read.base(class) .. "." .. name]
  return found or by_name[1][name] or by_name[2][name] or by_name[3][name]
end

return read
