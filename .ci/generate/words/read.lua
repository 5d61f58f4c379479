-- Our own words for the reference: what operations do, what parameters and
-- fields are, which of them come first. Pure, but for loading the tables.

local read = {}

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

--- What a table says under the longest beginning of a name, then under none.
local function longest(from, name, key)
  repeat
    local found = from[name .. "." .. key]
    if found then
      return found
    end
    local shorter = name:match "^(.*)%.[%w_]+$"
    name = shorter or ""
  until not shorter
  return nil
end

--- What a parameter of an operation is, in a few words.
---@param operation string  "files.create"
---@param name string       "purpose"
---@return string?
function read.parameter(operation, name)
  local found = longest(parameters, operation, name)
  for beginning, other in pairs(LIKE) do
    if not found and operation:sub(1, #beginning) == beginning then
      found = longest(parameters, other .. operation:sub(#beginning + 1), name)
    end
  end
  return found or parameters[name]
end

--- The optional parameters that come first, in order; some may be none of
--- the operation's.
---@param operation string
---@return string[]
function read.usual(operation)
  for beginning, other in pairs(LIKE) do
    if not usual[operation] and operation:sub(1, #beginning) == beginning then
      operation = other .. operation:sub(#beginning + 1)
    end
  end
  return usual[operation] or usual.everywhere
end

--- What a field of a type is, in a few words.
---@param class string  "File", without the "oai."
---@param name string
---@return string?
function read.field(class, name)
  local fields = table_of "words.fields"
  return fields[class .. "." .. name] or fields[name]
end

return read
