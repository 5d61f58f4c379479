-- Structured outputs of responses: what is sent, and what becomes of a reply.

local error_value = require "oai.error"
local format = require "oai.parse.format"
local is_answer = require "oai.parse.phase"
local options_list = require "oai.options"
local plans = require "oai.parse.plan"
local set = require "oai.set"
local tables = require "oai.tables"
local tools = require "oai.parse.tools"
local values = require "oai.parse.values"

local responses = {}

-- Calls that wait for the program: beside one, a text need not be the answer.
local CALLS = set { "function_call", "custom_tool_call", "computer_call", "local_shell_call", "shell_call",
  "apply_patch_call", "mcp_approval_request" }

local RUNNING = set { "queued", "in_progress" }

--- What is sent, and what its reply is held against.
---@param params table
---@param operation string
---@return table params
---@return oai.ParsePlan
function responses.prepare(params, operation)
  format.refuse(params, "response_format", "text_format", operation)
  local given = type(params.text) == "table" and params.text or {}
  if params.text_format ~= nil and given.format ~= nil then
    error_value.misuse(operation .. ": give 'text_format' or 'text.format', not both")
  end
  local of = format.read(params.text_format == nil and given.format or params.text_format, operation)
  local sent = options_list.merge(params, { tools = tools.sent(params.tools, "responses", operation) }) --[[@as table]]
  sent.text_format = nil
  sent.text = of and options_list.merge(given, { format = of.wire }) or params.text
  return sent, plans.new(operation, of, sent.tools)
end

--- What was said before the answer, and the parameter that holds it.
---@param params table
---@return table items
---@return string name
function responses.said(params)
  local input = params.input
  return type(input) == "table" and input or { { role = "user", content = input } }, "input"
end

--- Why a request cannot be asked again, or nil.
---@param params table
---@return string? reason
function responses.refuses_again(params)
  return params.conversation ~= nil and "a conversation keeps each answer: it cannot be asked again" or nil
end

--- Calls `visit` with each part of the answer, until that returns something.
local function each_part(reply, visit)
  for _, item in tables(reply.output) do
    for _, part in tables(item.type == "message" and is_answer(item.phase) and item.content) do
      local found = visit(part)
      if found then
        return found
      end
    end
  end
end

--- The texts of the answer, as far as they have come.
local function text_of(reply)
  local texts = {}
  each_part(reply, function(part)
    texts[#texts + 1] = part.type == "output_text" and type(part.text) == "string" and part.text or nil
  end)
  return table.concat(texts)
end

local function incomplete(plan, reply)
  local reason = type(reply.incomplete_details) == "table" and reply.incomplete_details.reason
  if reason == "content_filter" then
    return plan:error(reply, { kind = "content_filter", reason = reason, text = text_of(reply),
      message = "the content filter has stopped it" })
  end
  return plan:error(reply, { kind = "length", reason = reason or nil, text = text_of(reply),
    message = ("the answer was cut off (%s)"):format(tostring(reason or "no reason given")) })
end

--- What a status says against an answer.
local function check_status(plan, reply)
  if reply.status == "incomplete" then
    return incomplete(plan, reply)
  elseif reply.status ~= nil and reply.status ~= "completed" then
    local said = type(reply.error) == "table" and reply.error.message
    return plan:error(reply, { kind = "failed", reason = reply.status,
      message = said or ("the response is %s"):format(tostring(reply.status)) })
  end
end

local function is_call(item)
  return CALLS[item.type] or item.type == "tool_search_call" and item.execution == "client" or false
end

local function settle_calls(plan, reply)
  local has_calls = false
  for _, item in tables(reply.output) do
    has_calls = has_calls or is_call(item)
    local err = item.type == "function_call" and plan:call(reply, item, item.namespace)
    if err then
      return has_calls, err
    end
  end
  return has_calls
end

--- Makes values of the texts of the answer, of which one must be there unless
--- calls are. Some models send an empty one before.
local function settle_text(plan, reply, has_calls)
  local first, has_text = nil, has_calls
  local err = each_part(reply, function(part)
    if part.type == "refusal" then
      return plan:error(reply, { kind = "refusal", message = tostring(part.refusal) })
    elseif part.type == "output_text" and part.text ~= "" and plan.is_json then
      has_text = true
      local value, wrong = plan:answer(reply, part, tostring(part.text), not has_calls)
      if first == nil then
        first = value -- which may be false
      end
      return wrong
    end
  end)
  if first ~= nil then
    values.put(reply, "output_parsed", first)
  end
  if plan.is_json and not err and not has_text then
    err = select(2, plan:answer(reply, reply, "", true))
  end
  return err
end

--- The reply with its parsed values, or an error that carries it.
---@param plan oai.ParsePlan
---@param reply table
---@return table? reply
---@return oai.Error? err
function responses.settle(plan, reply)
  if RUNNING[reply.status] then
    return reply
  end
  local err = check_status(plan, reply)
  if err then
    return nil, err
  end
  local has_calls, wrong = settle_calls(plan, reply)
  wrong = wrong or settle_text(plan, reply, has_calls)
  if wrong then
    return nil, wrong
  end
  return reply
end

return responses
