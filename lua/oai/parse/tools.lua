-- The arguments of calls that a model makes, as values of the parameters of
-- the functions that it was told of.

local call_arguments = require "oai.codec.call_arguments"
local error_value = require "oai.error"
local options_list = require "oai.options"
local json = require "oai.codec.json"
local read = require "oai.schema.read"
local tables = require "oai.tables"
local text = require "oai.parse.text"

local tools = {}

--- The function in a tool, flat or as chat completions have it.
local function function_in(tool)
  local inner = tool["function"]
  return type(inner) == "table" and inner or tool
end

--- A tool whose parameters are JSON text, with a table in its place.
local function with_table(tool, operation)
  local inner = function_in(tool)
  if type(inner.parameters) ~= "string" then
    return tool
  end
  local parameters, reason = read(inner.parameters, operation)
  if not parameters then
    error_value.misuse(("%s: the parameters of '%s': %s"):format(operation, tostring(inner.name), tostring(reason)))
  end
  local read_inner = options_list.merge(inner, { parameters = parameters })
  return inner == tool and read_inner or options_list.merge(tool, { ["function"] = read_inner })
end

--- Whether something was made by oai.tools.
local function is_made(list)
  local metatable = getmetatable(list)
  return type(metatable) == "table" and rawget(metatable, "__name") == "oai.Tools"
end

--- Tools as they are sent: those of oai.tools as the API takes them, and tables
--- for parameters that are text.
---@param list any
---@param api "responses"|"chat"
---@param operation string
---@return any list
function tools.sent(list, api, operation)
  if type(list) ~= "table" then
    return list
  elseif is_made(list) then
    return list:definitions(api)
  end
  local sent = json.array()
  for i, tool in ipairs(list) do
    sent[i] = type(tool) == "table" and with_table(tool, operation) or tool
  end
  return sent
end

local function add(parameters, tool, namespace)
  local inner = function_in(tool)
  if tool.type == "function" and type(inner.name) == "string" then
    parameters[namespace .. inner.name] = inner.parameters or {}
  end
end

--- The parameters of all functions, by namespace and name.
---@param list any
---@return table<string, table>
function tools.parameters(list)
  local parameters = {}
  for _, tool in tables(list) do
    add(parameters, tool, "")
    for _, inner in tables(tool.type == "namespace" and tool.tools) do
      add(parameters, inner, tostring(tool.name) .. ".")
    end
  end
  return parameters
end

--- The parameters of the function that a call is of; nil where none is known.
--- One that was loaded later may have its own name as its namespace.
---@param parameters table<string, table>
---@param name any
---@param namespace any
---@return table?
function tools.of_call(parameters, name, namespace)
  if namespace == nil or namespace == "" or namespace == name then
    return parameters[tostring(name)]
  end
  return parameters[tostring(namespace) .. "." .. tostring(name)]
end

--- The arguments of a call.
---@param parameters table
---@param name string
---@param arguments any
---@return any value
---@return oai.Error? err
function tools.arguments(parameters, name, arguments)
  local written = call_arguments(arguments)
  if not written then
    return nil, error_value.new { kind = "not_json",
      message = ("the arguments of the call of %s must be JSON as a text, and are a %s"):format(tostring(name),
        type(arguments)) }
  end
  return text(written, parameters, ("the call of %s"):format(tostring(name)))
end

return tools
