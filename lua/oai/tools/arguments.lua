-- The arguments of a call of a function: what the model wrote, as a value, or
-- why it cannot be one. Pure.

local call_arguments = require "oai.codec.call_arguments"
local json = require "oai.codec.json"
local lazy = require "oai.lazy"
local output = require "oai.tools.output"

local schema = lazy "oai.schema"

local arguments = {}

local function fault(reason, message)
  return nil, { reason = reason, message = message }
end

--- What is wrong with arguments, or nil: the schema says it, or what the
--- program has put in its place. It follows the words of the error.
local function misfit(spec, value)
  if spec.check == false then
    return nil
  end
  local is_checked, well, faults = pcall(spec.check or schema.check, spec.check and value or spec.parameters, value)
  if not is_checked then
    return ": " .. output.said(well)
  end
  return not well and (faults == nil and "" or ": " .. tostring(faults)) or nil
end

--- Reads the arguments of a call.
---@param spec oai.ToolSpec
---@param written any  as the model wrote them
---@return any value
---@return { reason: string, message: string }? fault
function arguments.read(spec, written)
  if spec.type ~= "function" then
    return written
  end
  local text = call_arguments(written)
  if not text then
    return fault("not_json", "the arguments must be JSON as a text, got a " .. type(written))
  end
  local value, reason = json.decode(text)
  if value == nil and reason then
    return fault("not_json", "the arguments are not JSON: " .. reason)
  elseif not text:find "^%s*{" then
    return fault("not_json", "the arguments are no JSON object")
  end
  local found = misfit(spec, value)
  if found then
    return fault("wrong_shape", "the arguments are not what is expected" .. found)
  end
  return value
end

return arguments
