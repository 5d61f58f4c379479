-- Calls of the API's own tools that the program carries out: shells, patches,
-- a computer, the search for tools. What of an item is a call, and what its
-- answer is made of. Must not know how a run goes on.

local json = require "oai.codec.json"
local options_list = require "oai.options"
local tools = require "oai.tools"

local local_calls = {}

local function text_as_output(value)
  return type(value) == "table" and value or { output = value == nil and "" or tostring(value) }
end

--- What a shell has written, of a text or a list of outputs.
local function shell_output(value)
  if type(value) == "table" and value.output ~= nil then
    return value
  elseif type(value) == "table" and value[1] then
    return { output = value }
  elseif type(value) == "table" then
    return { output = { value } }
  end
  return { output = { { stdout = value == nil and "" or tostring(value), stderr = "",
    outcome = { type = "exit", exit_code = 0 } } } }
end

local function shell_failure(text)
  return { output = { { stdout = "", stderr = text, outcome = { type = "exit", exit_code = 1 } } } }
end

local function patched(value)
  local fields = type(value) == "table" and value or { output = value ~= nil and tostring(value) or nil }
  fields.status = fields.status or "completed"
  return fields
end

--- The tools that a search has found, which can be called from now on.
local function found_tools(value, offered)
  local found = tools.new(value or {})
  offered:adopt(found)
  return { execution = "client", status = "completed", tools = found:definitions "responses" }
end

-- By their items' types: `of` makes fields of what a function returned, `failed`
-- of the text that tells of a failure; nil where no text can.
local KINDS = {
  local_shell_call = { of = text_as_output, failed = text_as_output },
  shell_call = { of = shell_output, failed = shell_failure },
  apply_patch_call = { of = patched, failed = function(text)
    return { status = "failed", output = text }
  end },
  computer_call = { of = function(value)
    return type(value) == "table" and (value.output and value or { output = value }) or nil
  end },
  tool_search_call = { of = found_tools, failed = function()
    return { execution = "client", status = "completed", tools = json.array() }
  end },
}

--- Whether an item is such a call: not one that the API carries out itself.
---@param item table
---@return boolean
function local_calls.is_one(item)
  if item.type == "tool_search_call" then
    return item.execution == "client"
  end
  return KINDS[item.type] ~= nil
end

local OUTPUTS = { tool_search_call = "tool_search_output" }

--- The type of the item that answers a call of a kind.
---@param kind string
---@return string
function local_calls.output_type(kind)
  return OUTPUTS[kind] or kind .. "_output"
end

--- The fields of the answer, of what a function returned. Nil and why not.
---@param kind string
---@param value any
---@param offered oai.Tools
---@return table? fields
---@return string? reason
function local_calls.output(kind, value, offered)
  local fields = KINDS[kind].of(value, offered)
  if not fields then
    return nil, "what it returned is no answer to a " .. kind
  end
  local text, path, reason = json.encode(fields)
  if not text then
    return nil, ("what it returned is no JSON: %s: %s"):format(tostring(path), tostring(reason))
  end
  return options_list.copy(fields) -- it may be changed meanwhile
end

--- The fields of the answer that tells of a failure; nil where there is none.
---@param kind string
---@param text string
---@return table?
function local_calls.failure(kind, text)
  local failed = KINDS[kind].failed
  return failed and failed(text)
end

return local_calls
