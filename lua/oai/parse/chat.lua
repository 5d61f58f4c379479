-- Structured outputs of chat completions: what is sent, and what becomes of a
-- reply.

local format = require "oai.parse.format"
local options_list = require "oai.options"
local plans = require "oai.parse.plan"
local set = require "oai.set"
local tables = require "oai.tables"
local tools = require "oai.parse.tools"

local chat = {}

-- Why a model was cut off, in the words of this and other servers.
local LENGTH = set { "length", "max_tokens", "max_output_tokens", "model_length" }
local FILTER = set { "content_filter", "safety" }

--- What is sent, and what its reply is held against.
---@param params table
---@param operation string
---@return table params
---@return oai.ParsePlan
function chat.prepare(params, operation)
  format.refuse(params, "text_format", "response_format", operation)
  local of = format.read(params.response_format, operation)
  local sent = options_list.merge(params, { tools = tools.sent(params.tools, "chat", operation),
    response_format = of and format.nested(of.wire) }) --[[@as table]]
  return sent, plans.new(operation, of, sent.tools)
end

--- What was said before the answer, and the parameter that holds it.
---@param params table
---@return table messages
---@return string name
function chat.said(params)
  return type(params.messages) == "table" and params.messages or {}, "messages"
end

--- Why a request cannot be asked again, or nil.
---@param params table
---@return string? reason
function chat.refuses_again(params)
  return params.n ~= nil and params.n ~= 1 and "of several choices none can be asked again" or nil
end

--- The texts of a message's content, which some servers give in parts.
local function text_of(content)
  if type(content) ~= "table" then
    return content
  end
  local texts = {}
  for _, part in tables(content) do
    texts[#texts + 1] = type(part.text) == "string" and part.text or nil
  end
  return table.concat(texts)
end

--- What the end of a choice says against an answer.
local function check_reason(plan, reply, choice, text)
  local reason = type(choice.finish_reason) == "string" and choice.finish_reason:lower()
  if LENGTH[reason] then
    return plan:error(reply, { kind = "length", reason = reason, text = text,
      message = ("the answer was cut off (%s)"):format(reason) })
  elseif FILTER[reason] then
    return plan:error(reply, { kind = "content_filter", reason = reason, text = text,
      message = "the content filter has stopped it" })
  end
end

local function settle_calls(plan, reply, message)
  for _, call in tables(message.tool_calls) do
    local err = type(call["function"]) == "table" and plan:call(reply, call["function"], nil)
    if err then
      return err
    end
  end
end

--- Whether a message calls something, beside which a text need not be the
--- answer.
local function has_calls(message)
  return type(message.tool_calls) == "table" and message.tool_calls[1] ~= nil
    or type(message.function_call) == "table"
end

local function settle_choice(plan, reply, choice)
  local message = type(choice.message) == "table" and choice.message or {}
  local text, calls = text_of(message.content), has_calls(message)
  local err = check_reason(plan, reply, choice, type(text) == "string" and text or "")
  if err then
    return err
  elseif type(message.refusal) == "string" and message.refusal ~= "" then
    return plan:error(reply, { kind = "refusal", message = message.refusal })
  end
  err = settle_calls(plan, reply, message)
  if not err and plan.is_json and (type(text) == "string" or not calls) then
    err = select(2, plan:answer(reply, message, text or "", not calls))
  end
  return err
end

--- The reply with its parsed values, or an error that carries it: of the first
--- choice with which something is wrong.
---@param plan oai.ParsePlan
---@param reply table
---@return table? reply
---@return oai.Error? err
function chat.settle(plan, reply)
  local first, has_choices
  for _, choice in tables(reply.choices) do
    local err = settle_choice(plan, reply, choice)
    first, has_choices = first or err, true
  end
  if plan.is_json and not has_choices then
    first = select(2, plan:answer(reply, reply, "", true))
  end
  if first then
    return nil, first
  end
  return reply
end

return chat
