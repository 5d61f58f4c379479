-- The named events of chat completions: of each choice its content, refusal,
-- reasoning and calls of tools.

local calls = require "oai.dialect.calls"
local choice = require "oai.events.choice"
local choices = require "oai.dialect.choices"
local completions = require "oai.events.completions"
local content = require "oai.dialect.content"
local dialect = require "oai.dialect.chat"
local json = require "oai.codec.json"
local kind = require "oai.dialect.kind"
local pieces = require "oai.dialect.pieces"
local texts = require "oai.events.texts"

local NOTHING = {}

local chat = { new = completions.new, finish = completions.finish }

-- What servers call the field in which a model's reasoning is. Some send two
-- of them with the same text: the one that comes first is told.
local REASONING = { "reasoning_content", "reasoning", "thinking" }

--- Begins a text of a choice, which `read` reads of the dialect's state.
local function begin(told, what, key, read)
  return choice.begin(told, key, texts.new(what, read, function(event)
    event.choice = told.index
  end))
end

--- Begins a text that is one field of the message.
local function begin_field(self, at, what, field)
  local message = at.message
  return begin(at.told, what, field, function()
    return pieces.text(self.state.delta.pieces, message, field) or ""
  end)
end

local function take_field(self, at, what, field)
  local piece = at.delta[field]
  if type(piece) ~= "string" or piece == "" then
    return false
  end
  local text = at.told.known[field] or begin_field(self, at, what, field)
  choice.delta(at.told, text, piece, at.event, at.out)
  return true
end

local function take_reasoning(self, at)
  local told = at.told
  for _, field in ipairs(REASONING) do
    if (told.reasoning or field) == field and take_field(self, at, "reasoning", field) then
      told.reasoning = field
    end
  end
end

--- Begins the content, or what the model thought in it: the first or the second
--- that `content.so_far` returns.
local function begin_content(self, at, what, which)
  local message = at.message
  return begin(at.told, what, which, function()
    return (select(which, content.so_far(self.state.delta, message)))
  end)
end

--- Takes the content, which may be in parts of which some are reasoning.
local function take_content(self, at)
  local value, known = at.delta.content, at.told.known
  local thought, piece = content.thought(value), content.text(value)
  if thought then
    choice.delta(at.told, known[2] or begin_content(self, at, "reasoning", 2), thought, at.event, at.out)
  end
  if piece then
    choice.delta(at.told, known[1] or begin_content(self, at, "content", 1), piece, at.event, at.out)
  end
end

-- Kinds of calls, and the field that holds the input of each.
local INPUTS = { { "function", "arguments" }, { "custom", "input" } }

--- The table of a call that has its name and its input, the call's kind, and the
--- field of the input.
local function tool_of(call)
  for _, input in ipairs(INPUTS) do
    if kind.is_object(call[input[1]]) then
      return call[input[1]], input[1], input[2]
    end
  end
end

--- What a call is called with, so far.
local function read_call(self, call)
  local tool, _, field = tool_of(call)
  return tool and pieces.text(self.state.delta.pieces, tool, field) or ""
end

local function begin_call(self, told, call)
  told.calls = (told.calls or -1) + 1
  local index = told.calls
  return choice.begin(told, call, texts.new("tool_call", function()
    return read_call(self, call)
  end, function(event)
    local tool, named = tool_of(call)
    event.choice, event.index, event.call_id = told.index, index, call.id
    event.name, event.kind = tool and tool.name, named or "function"
  end))
end

--- What an event adds to a call. A server may send the value itself: then it is
--- all of it, as JSON.
local function piece_of(text, part, field)
  local piece = (tool_of(part) or NOTHING)[field]
  if type(piece) == "table" then
    text.length = nil
    return json.encode(piece) or ""
  end
  return type(piece) == "string" and piece or ""
end

--- Takes what an event adds to a call: the first may add nothing.
local function take_call(self, at, call, part)
  local text = at.told.known[call] or begin_call(self, at.told, call)
  local _, _, field = tool_of(call)
  local piece = piece_of(text, part, field)
  if piece ~= "" or not text.length then
    choice.delta(at.told, text, piece, at.event, at.out)
  end
end

local function take_calls(self, at)
  for place, part in ipairs(calls.list(at.delta.tool_calls)) do
    local call = dialect.call(self.state, at.message, place)
    if call and kind.is_object(part) then
      take_call(self, at, call, part)
    end
  end
end

--- Takes `function_call`, the field that messages had when they could have one call
--- alone.
local function take_single(self, at)
  local called = at.delta.function_call
  if kind.is_object(called) then
    at.told.single = at.told.single or { ["function"] = at.message.function_call }
    take_call(self, at, at.told.single, { ["function"] = called })
  end
end

local function take_part(self, part, event, out)
  local found = dialect.choice(self.state, part)
  local told = completions.told(self, found.index)
  local at = { told = told, message = found.message, delta = choices.message(part), event = event, out = out }
  take_reasoning(self, at)
  take_content(self, at)
  take_field(self, at, "refusal", "refusal")
  take_calls(self, at)
  take_single(self, at)
  choice.finish(told, part, event, out)
end

--- Tells an event that was folded.
---@param self table
---@param event table
---@param out table
function chat.add(self, event, out)
  completions.take(self, event, out, take_part)
end

require "oai.interpret" ()

return chat
