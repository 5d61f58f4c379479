-- A run's turns by chat completions: how one is asked for, what of a reply is
-- a call, how outputs are written, and what ends a run. Pure.

local answer = require "oai.run.answer"
local error_value = require "oai.error"
local format = require "oai.parse.format"
local json = require "oai.codec.json"
local options_list = require "oai.options"
local set = require "oai.set"
local tables = require "oai.tables"
local to_message = require "oai.history.message"

local chat = { name = "chat", operation = "chat.completions.run", history = "messages" }

--- What a run begins with, as messages.
---@param params table
---@return table[]
function chat.begin(params)
  format.refuse(params, "input", "messages", chat.operation)
  local messages = params.messages
  return type(messages) == "table" and messages or {}
end

--- Adds to the parameters what a run needs of each reply: what a stream used.
--- Returns the format of the answer.
---@param params table
---@return oai.ParseFormat?
function chat.prepare(params)
  if params.n ~= nil and params.n ~= 1 then
    error_value.misuse "chat.completions.run: 'n' must be 1: a run goes on from one choice"
  elseif params.stream == true and params.stream_options == nil then
    params.stream_options = { include_usage = true }
  end
  format.refuse(params, "text_format", "response_format", chat.operation)
  local of = answer.format(params.response_format, chat.operation)
  params.response_format = of and format.nested(of.wire) or params.response_format
  return of
end

--- The body of a request.
---@param params table
---@param messages table[]
---@return table
function chat.body(params, messages)
  return options_list.merge(params, { messages = json.array(messages) }) --[[@as table]]
end

---@param text string
---@return table message
function chat.said_by_user(text)
  return { role = "user", content = text }
end

local function call_of(given)
  local of = given[given.type or "function"]
  of = type(of) == "table" and of or {}
  return { id = given.id, kind = given.type or "function", name = of.name, arguments = of.arguments or of.input }
end

--- The calls of a message. One without an id gets one, in the message too,
--- since servers other than the API's leave it out.
local function calls_of(message, turn)
  local calls, sent = {}, {}
  for i, given in tables(message.tool_calls) do
    local call = call_of(given)
    if type(call.id) ~= "string" or call.id == "" then
      call.id = ("call_%d_%d"):format(turn, i)
      given = options_list.merge(given, { id = call.id })
    end
    calls[#calls + 1], sent[#sent + 1] = call, given
  end
  if calls[1] then
    message.tool_calls = sent
  end
  return calls
end

-- Ends of a choice at which it is not whole.
local SHORT = set { "length", "content_filter" }

local function texts_of(message)
  local texts = {}
  for _, name in ipairs { "content", "refusal" } do
    local text = message[name]
    if type(text) == "string" and text ~= "" then
      texts[#texts + 1] = { type = name == "content" and "text" or name, text = text }
    end
  end
  return texts
end

--- The ids of the calls that a message makes, and of the call that it answers.
---@param message table
---@return string[] called
---@return string? answered
function chat.ids(message)
  local called = {}
  for _, call in tables(message.tool_calls) do
    called[#called + 1] = call.id
  end
  return called, message.role == "tool" and message.tool_call_id or nil
end

--- What a reply holds.
---@param reply table
---@param turn integer  its number
---@return oai.RunReading
function chat.read(reply, turn)
  local message = to_message(reply)
  if not message then
    return { items = {}, calls = {}, texts = {},
      shortfall = { reason = "empty", message = "the completion has no message" } }
  end
  local reason = reply.choices[1].finish_reason
  local calls = calls_of(message, turn)
  return { items = { message }, calls = calls, texts = texts_of(message), goes_on = false,
    shortfall = SHORT[reason] and { reason = reason, message = ("the completion ended as '%s'"):format(reason) } }
end

--- The message with the output of a call.
---@param call oai.ToolCall
---@param output string|table[]
---@return table
function chat.output(call, output)
  return { role = "tool", tool_call_id = call.id, content = output }
end

-- The fields of a delta that are text, and what they are.
local DELTAS = { { "content", "text" }, { "refusal", "refusal" }, { "reasoning_content", "reasoning" },
  { "reasoning", "reasoning" } }

--- The piece of text in a chunk: what it is, and the text.
---@param event any
---@return string? kind
---@return string? text
function chat.piece(event)
  local choice = type(event.choices) == "table" and event.choices[1]
  local delta = type(choice) == "table" and choice.delta
  for _, of in ipairs(type(delta) == "table" and DELTAS or {}) do
    local text = delta[of[1]]
    if type(text) == "string" and text ~= "" then
      return of[2], text
    end
  end
  return nil
end

--- The parameters of a turn that answers without tools.
---@param body table
function chat.without_tools(body)
  body.tool_choice = "none"
end

require "oai.interpret" ()

return chat
