-- What a program sends to an agent's session: messages, the results of its
-- tools, answers to what it asks. Values to events; pure.

local error_value = require "oai.error"
local json = require "oai.codec.json"
local kind = require "oai.dialect.kind"

local input = {}

local INPUT = "agent.session.input."

local function message_of(value)
  if type(value) == "string" and value ~= "" then
    return { role = "user", content = { { type = "input_text", text = value } } }
  end
  return type(value) == "table" and value or nil
end

--- The messages of a list, or of what is one message.
local function messages_of(value)
  local list = kind.is_list(value) and value or { value }
  local messages = {}
  for i, one in ipairs(list) do
    messages[i] = message_of(one)
  end
  return #messages == #list and #messages > 0 and messages or nil
end

--- The event of input: a text, a message, or a list of them.
---@param value any
---@param name string  of the operation, for misuse
---@return table event
function input.message(value, name)
  local messages = messages_of(value)
  if not messages then
    error_value.misuse(("%s: the input must be a text that is not empty, a message or a list of them, got %s"):format(
      name, value == "" and "''" or type(value)))
  end
  return { type = INPUT .. "message", input = messages }
end

--- Ends the turn that goes on.
---@return table event
function input.cancel()
  return { type = INPUT .. "cancel" }
end

--- Whether a value is a list of texts, images and files, as a tool may return.
local function is_content(value)
  for _, part in ipairs(value) do
    if type(part) ~= "table" or type(part.type) ~= "string" or part.type:sub(1, 6) ~= "input_" then
      return false
    end
  end
  return value[1] ~= nil
end

--- What is sent of the value of a tool: a text, a list of content, or null;
--- all else is JSON. Nil and why where it cannot be.
---@param value any
---@return any output
---@return string? reason
function input.output(value)
  if value == nil or value == json.null then
    return json.null
  elseif type(value) == "string" then
    if json.text_fault(value) then
      return nil, "the tool's text is not UTF-8"
    end
    return value
  end
  local text, path, reason = json.encode(value)
  if not text then
    return nil, ("the tool's result cannot be JSON: %s %s"):format(tostring(path), tostring(reason))
  end
  return type(value) == "table" and is_content(value) and value or text
end

--- The result of a tool.
---@param call table   with its turn_id and call_id
---@param output any   from `output`
---@return table event
function input.result(call, output)
  return { type = INPUT .. "tool_result", turn_id = call.turn_id, call_id = call.call_id, success = true,
    output = output }
end

--- That a tool has failed. The text is for the model.
---@param call table
---@param text string
---@return table event
function input.failure(call, text)
  return { type = INPUT .. "tool_result", turn_id = call.turn_id, call_id = call.call_id, success = false,
    error = text }
end

local DECISIONS = { [true] = "approve", [false] = "deny" }

--- The answer to a request of approval: true or false or the decision, or a
--- response as the API has it.
---@param action table  of `required_actions`
---@param answer any
---@return table event
function input.approval(action, answer)
  local decision = DECISIONS[answer]
  if decision == nil and type(answer) == "string" then
    decision = answer
  end
  return { type = ("%s%s_result"):format(INPUT, action.type), request_id = action.request_id,
    response = decision and { type = "mcp_tool_call", decision = decision } or answer }
end

require "oai.interpret" ()

return input
