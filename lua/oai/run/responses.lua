-- A run's turns by responses: how one is asked for, what of a reply is a call,
-- how outputs are written, and what ends a run. Pure.

local error_value = require "oai.error"
local is_answer = require "oai.parse.phase"
local format = require "oai.parse.format"
local answer = require "oai.run.answer"
local copy = require "oai.dialect.copy"
local json = require "oai.codec.json"
local local_calls = require "oai.run.local_calls"
local options_list = require "oai.options"
local set = require "oai.set"
local tables = require "oai.tables"
local to_input = require "oai.history.input"

local responses = { name = "responses", operation = "responses.run", history = "items" }

-- Items whose carrying out is the program's: how they are called here, where
-- their arguments are, and what their outputs are called.
local CALLS = {
  function_call = { kind = "function", field = "arguments", output = "function_call_output" },
  custom_tool_call = { kind = "custom", field = "input", output = "custom_tool_call_output" },
  mcp_approval_request = { kind = "approval", field = "arguments", output = "mcp_approval_response" },
}

local ENCRYPTED = "reasoning.encrypted_content"

--- What a run begins with, as items.
---@param params table
---@return table[]
function responses.begin(params)
  format.refuse(params, "messages", "input", responses.operation)
  local input = params.input
  if type(input) == "string" then
    return { { role = "user", content = input } }
  end
  return type(input) == "table" and input or {}
end

--- Takes the format of the answer out of the parameters that a program gave,
--- and puts it there as it is sent.
---@param params table
---@return oai.ParseFormat?
local function take_format(params)
  format.refuse(params, "response_format", "text_format", responses.operation)
  local text = type(params.text) == "table" and params.text or {}
  if params.text_format ~= nil and text.format ~= nil then
    error_value.misuse "responses.run: give 'text_format' or 'text.format', not both"
  end
  local of = answer.format(params.text_format, responses.operation)
  if params.text_format ~= nil then
    params.text = options_list.merge(text, { format = of and of.wire or params.text_format })
    params.text_format = nil
  end
  return of
end

--- Adds to the parameters what a run needs of each reply: what the model
--- thought, where the API does not keep it. Returns the format of the answer.
---@param params table
---@return oai.ParseFormat?
function responses.prepare(params)
  if params.background and params.stream ~= true then
    error_value.misuse "responses.run: 'background' cannot be without 'stream = true': a run waits for its replies"
  elseif params.store == false then
    local include = type(params.include) == "table" and params.include or {}
    if not set(include)[ENCRYPTED] then
      include[#include + 1] = ENCRYPTED
    end
    params.include = include
  end
  return take_format(params)
end

--- The body of a request.
---@param params table
---@param items table[]
---@return table
function responses.body(params, items)
  return options_list.merge(params, { input = json.array(items) }) --[[@as table]]
end

---@param text string
---@return table item
function responses.said_by_user(text)
  return { role = "user", content = text }
end

local function call_of(item)
  local of = CALLS[item.type]
  if not of and local_calls.is_one(item) then
    return { id = item.call_id, kind = item.type, name = item.type, item = copy(item), caller = item.caller,
      output = local_calls.output_type(item.type) }
  end
  return of and {
    id = of.kind == "approval" and item.id or item.call_id, kind = of.kind, name = item.name,
    namespace = item.namespace, server_label = item.server_label, arguments = item[of.field], caller = item.caller,
    status = item.status, output = of.output,
  }
end

-- The field of a part of a message, which says what its text is, too, if it is
-- no comment.
local TEXTS = { output_text = "text", refusal = "refusal" }

local function add_texts(found, item)
  local is_comment = not is_answer(item.phase)
  local content = item.type == "message" and item.content
  for _, part in tables(type(content) == "string" and { { type = "output_text", text = content } } or content) do
    local of = TEXTS[part.type]
    local text = of and part[of]
    if type(text) == "string" and text ~= "" then
      found.texts[#found.texts + 1] = { type = is_comment and "commentary" or of, text = text }
    end
  end
  found.is_commented = found.is_commented or is_comment
  found.has_answer = found.has_answer or item.type == "message" and not is_comment
end

local ENDS_WELL = set { "completed" }

--- Why a response is not whole: a reason, and a message.
local function shortfall(reply)
  local status = reply.status or "completed"
  if ENDS_WELL[status] then
    return nil
  end
  local details = type(reply.incomplete_details) == "table" and reply.incomplete_details or {}
  local said = type(reply.error) == "table" and reply.error or {}
  return { reason = details.reason or status, message = ("the response ended as '%s'%s"):format(tostring(status),
    type(said.message) == "string" and ": " .. said.message
      or type(details.reason) == "string" and ": " .. details.reason or "") }
end

--- The calls of a reply whose outputs are in it, too: the API has carried them
--- out.
local function answered_in(reply)
  local found = {}
  for _, item in tables(reply.output) do
    if type(item.type) == "string" and item.type:find "_output$" and item.call_id then
      found[item.call_id] = true
    end
  end
  return found
end

--- The ids of the calls that an item makes, and of the call that it answers.
---@param item table
---@return string[] called
---@return string? answered
function responses.ids(item)
  if item.call_id == nil then
    return {}
  elseif tostring(item.type):find "_output$" then
    return {}, item.call_id
  end
  return { item.call_id }
end

--- The calls of a reply that the program is to carry out, or to decide about.
---@param reply table
---@return oai.ToolCall[]
function responses.calls(reply)
  local found, answered = {}, answered_in(reply)
  for _, item in tables(reply.output) do
    found[#found + 1] = not answered[item.call_id] and call_of(item) or nil
  end
  return found
end

--- What a reply holds.
---@param reply table
---@return oai.RunReading
function responses.read(reply)
  local found = { items = to_input(reply), calls = responses.calls(reply), texts = {}, shortfall = shortfall(reply),
    goes_on = false }
  for _, item in tables(reply.output) do
    add_texts(found, item)
  end
  found.goes_on = found.is_commented and not found.has_answer or false
  return found
end

--- The item that says whether a call is approved.
---@param call oai.ToolCall
---@param decision { approve: boolean, reason?: string }
---@return table
function responses.decision(call, decision)
  return { type = call.output, approval_request_id = call.id, approve = decision.approve, reason = decision.reason }
end

--- The item with the output of a call.
---@param call oai.ToolCall
---@param output string|table[]
---@return table
function responses.output(call, output)
  if call.item then
    return options_list.merge(output --[[@as table]], { type = call.output, call_id = call.id, caller = call.caller })
  end
  return { type = call.output, call_id = call.id, output = output, caller = call.caller }
end

-- The events of text, and what they are.
local DELTAS = {
  ["response.output_text.delta"] = "text",
  ["response.refusal.delta"] = "refusal",
  ["response.reasoning_text.delta"] = "reasoning",
  ["response.reasoning_summary_text.delta"] = "reasoning",
}

--- The piece of text in an event: what it is, and the text. `phases` are
--- those of the messages by their places.
---@param event any
---@param phases table
---@return string? kind
---@return string? text
function responses.piece(event, phases)
  local kind = DELTAS[event.type]
  if kind then
    local is_comment = not is_answer(phases[event.output_index or ""])
    return is_comment and "commentary" or kind, event.delta
  elseif event.type == "response.output_item.added" and type(event.item) == "table" then
    phases[event.output_index or ""] = event.item.phase
  end
  return nil
end

--- The parameters of a turn that answers without tools.
---@param body table
function responses.without_tools(body)
  body.tool_choice = "none"
end

require "oai.interpret" ()

return responses
