-- What a call of `parse` asks for, and what its reply is held against; how the
-- errors of its replies are made.

local error_value = require "oai.error"
local parse_text = require "oai.parse.text"
local tools = require "oai.parse.tools"
local values = require "oai.parse.values"

---@class oai.ParsePlan
---@field operation string
---@field schema? table  of the answer
---@field is_json boolean  whether the answer is to be JSON
---@field parameters table<string, table>  of the functions, by name
local Plan = {}
Plan.__index = Plan

local plan = {}

---@param operation string
---@param format? oai.ParseFormat
---@param list any  tools
---@return oai.ParsePlan
function plan.new(operation, format, list)
  return setmetatable({ operation = operation, schema = format and format.schema, is_json = format ~= nil,
    parameters = tools.parameters(list) }, Plan)
end

--- An error about a reply, which it carries.
---@param reply table
---@param fields table
---@return oai.Error
function Plan:error(reply, fields)
  fields.completion, fields.operation = reply, self.operation
  return error_value.new(fields)
end

--- An error of `parse.text` or of arguments, with the reply that it is about.
local function about(self, reply, err, said)
  err.completion, err.operation, err.text = reply, self.operation, said
  return err
end

--- Puts the value of an answer's text behind its object.
---@param reply table
---@param object table
---@param text string
---@param is_last boolean  false: beside calls a text need not be the answer
---@return any value
---@return oai.Error? err
function Plan:answer(reply, object, text, is_last)
  local value, err = parse_text(text, self.schema)
  if not err then
    values.put(object, "parsed", value)
    return value
  elseif is_last then
    return nil, about(self, reply, err, text)
  end
end

--- Puts the arguments of a call behind its object.
---@param reply table
---@param object table  which has them
---@param namespace? string
---@return oai.Error? err
function Plan:call(reply, object, namespace)
  local parameters = tools.of_call(self.parameters, object.name, namespace)
  if not parameters then
    return nil
  end
  local value, err = tools.arguments(parameters, object.name, object.arguments)
  if err then
    return about(self, reply, err, ("%s(%s)"):format(tostring(object.name), tostring(object.arguments)))
  end
  values.put(object, "parsed_arguments", value)
end

return plan
