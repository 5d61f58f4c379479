-- What of a chat completion is to be sent back as the assistant's message, and
-- nothing else: servers refuse fields that are none of a message's. Pure.

local call_arguments = require "oai.codec.call_arguments"
local choices = require "oai.dialect.choices"
local copy = require "oai.dialect.copy"
local json = require "oai.codec.json"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local lazy = require "oai.lazy"
local tables = require "oai.tables"

local error_value = lazy "oai.error"
local value_type = lazy "oai.value_type"

-- Fields that go back as they came: of the API, and what compatible servers
-- want to see again, since the model goes on from it.
local KEPT = { "role", "name", "content", "refusal", "function_call", "reasoning_details", "reasoning_opaque",
  "thinking_blocks", "extra_content" }

-- Fields of reasoning as text. The first is wanted back with calls of tools, and
-- refused by some without; nobody wants the others, but they may be sent.
local WITH_CALLS = { "reasoning_content" }
local ALL_REASONING = { "reasoning_content", "reasoning" }
local NO_REASONING = {}

---@class oai.ToMessageOptions
---@field choice? integer     which of the choices, from 1
---@field reasoning? boolean  true: the text of the reasoning goes back; false: it does not; nil: with calls of tools

local OPTIONS = { choice = { "number" }, reasoning = { "boolean" } }

--- Raises for an option that is none, or of another type.
local function check(given)
  if type(given) ~= "table" then
    error_value.misuse(("to_message: the options must be a table, got %s"):format(type(given)))
  end
  value_type.check("to_message", "option", given, OPTIONS)
  return given
end

--- Puts into a message the fields of another that say something.
local function take(message, from, fields)
  for _, field in ipairs(fields) do
    local value = from[field]
    if value ~= nil and value ~= json.null then
      message[field] = copy(value)
    end
  end
end

--- Whether what is called with is whole: not where the model was kept from
--- finishing it.
local function is_whole(call)
  local written = kind.object(call["function"]).arguments
  return type(written) == "table" or type(written) == "string" and json.decode(written) ~= nil
end

--- A copy of a call without what a program made of it.
local function cleaned(call)
  local result = copy(call)
  result.index = nil
  for _, name in ipairs { "function", "custom" } do
    local called = kind.is_object(result[name]) and result[name] or {}
    called.parsed, called.parsed_arguments = nil, nil
  end
  local called = result["function"]
  if kind.is_object(called) and type(called.arguments) ~= "string" then -- servers refuse what is no text
    called.arguments = call_arguments(called.arguments)
  end
  return result
end

--- The calls of a message that can be answered; nil where there are none.
local function calls_of(choice)
  local calls, is_good = {}, choice.finish_reason ~= nil and choices.is_good(choice.finish_reason)
  for _, call in tables(choice.message.tool_calls) do
    if is_good or is_whole(call) then
      calls[#calls + 1] = cleaned(call)
    end
  end
  return calls[1] and calls or nil
end

local function reasoning_of(message, wanted)
  if wanted ~= nil then
    return wanted and ALL_REASONING or NO_REASONING
  end
  return (message.tool_calls or message.function_call) and WITH_CALLS or NO_REASONING
end

--- The assistant's message of a completion, to be sent back in front of the
--- outputs of its calls and what is said next. It is a copy. Nil where the
--- completion has no such choice.
---@param completion table
---@param given? oai.ToMessageOptions
---@return table? message
local function to_message(completion, given)
  given = given and check(given) or {}
  local choice = kind.list(completion.choices)[given.choice or 1] ---@type any
  if not kind.is_object(choice) or not kind.is_object(choice.message) then
    return nil
  end
  local message = { role = "assistant" } ---@type any
  take(message, choice.message, KEPT)
  message.tool_calls = calls_of(choice)
  take(message, choice.message, reasoning_of(message, given.reasoning))
  local audio = kind.object(choice.message.audio)
  message.audio = not latest.is_nothing(audio.id) and { id = audio.id } or nil
  if message.content == nil then -- some servers want to see that there is none
    message.content = json.null
  end
  return message
end

require "oai.interpret" ()

return to_message
