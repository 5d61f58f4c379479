-- What of a response may be sent back as input, and nothing else: the items of
-- its output, but for what the API refuses or does not understand without what
-- is missing. Pure.

local call_arguments = require "oai.codec.call_arguments"
local copy = require "oai.dialect.copy"
local json = require "oai.codec.json"
local set = require "oai.set"
local tables = require "oai.tables"

-- Fields that are in no input: who made an item, and what was made of its text
-- by a program.
local NEVER = { "created_by", "parsed", "parsed_arguments" }

-- Fields that are null where there is nothing, and have to be there.
local NULLABLE = { code_interpreter_call = { "code", "outputs" }, image_generation_call = { "result" } }

-- Statuses of an item that is not at its end.
local UNFINISHED = set { "queued", "in_progress", "incomplete", "searching", "interpreting", "generating" }

--- Whether a message has any text.
local function has_text(message)
  for _, part in tables(message.content) do
    local text = part.text or part.refusal
    if type(text) ~= "string" or text ~= "" then
      return true
    end
  end
  return type(message.content) == "string" and message.content ~= ""
end

--- Whether the response was cut before an item was whole. Half of a message is
--- one; half of anything else is nothing.
local function is_cut(item)
  if item.type == "message" then
    return not has_text(item)
  elseif item.type == "function_call" and item.status ~= "completed" then
    local written = item.arguments
    return UNFINISHED[item.status] or type(written) ~= "table" and json.decode(tostring(written)) == nil
  end
  return UNFINISHED[item.status] == true
end

--- Whether the API, which keeps nothing of the response, could not know what an
--- item of reasoning says.
local function is_unknown(item)
  return type(item.encrypted_content) ~= "string" and next(type(item.content) == "table" and item.content or {}) == nil
end

--- Removes from a part of a message what no input has.
local function clean_part(part)
  part.parsed = nil
  if part.type == "output_text" and part.annotations == nil then
    part.annotations = json.array()
  end
end

--- A copy of an item, as input.
local function cleaned(item)
  local input = copy(item)
  if input.type == "function_call" and type(input.arguments) ~= "string" then -- servers refuse what is no text
    input.arguments = call_arguments(input.arguments)
  end
  for _, field in ipairs(NEVER) do
    input[field] = nil
  end
  for _, field in ipairs(NULLABLE[item.type] or {}) do
    input[field] = input[field] == nil and json.null or input[field]
  end
  if input.id == json.null or input.id == "" then
    input.id = nil
  end
  for _, part in tables(item.type == "message" and input.content) do
    clean_part(part)
  end
  if item.type == "reasoning" then
    input.status, input.summary = nil, input.summary or json.array()
  elseif item.type == "message" and input.status == "in_progress" then
    input.status = "incomplete"
  end
  return input
end

--- Whether an item can be sent: not one that was cut, and reasoning only in
--- front of the item that it led to.
local function is_input(response, item, following)
  if response.status ~= "completed" and is_cut(item) then
    return false
  elseif item.type == "reasoning" then
    return following and not (response.store == false and is_unknown(item))
  end
  return true
end

--- The items of a response as input for another, in which their outputs and
--- what is said next can be put behind them. They are copies.
---@param response table
---@return table[] input
local function to_input(response)
  local kept, following = {}, false
  local output = {}
  for _, item in tables(response.output) do
    output[#output + 1] = item
  end
  for i = #output, 1, -1 do
    kept[i] = is_input(response, output[i], following)
    following = kept[i] or following and output[i].type == "reasoning"
  end
  local input = json.array()
  for i, item in ipairs(output) do
    input[#input + 1] = kept[i] and cleaned(item) or nil
  end
  return input
end

require "oai.interpret" ()

return to_input
