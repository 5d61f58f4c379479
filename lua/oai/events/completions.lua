-- The named events of both kinds of completions: of each choice what it says,
-- and when it has finished; the usage. What a choice of chat has besides its
-- text is in chat.lua.

local choice = require "oai.events.choice"
local choices = require "oai.dialect.choices"
local content = require "oai.dialect.content"
local dialect = require "oai.dialect.completions"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local pieces = require "oai.dialect.pieces"
local texts = require "oai.events.texts"

local completions = {}

--- What tells a stream of completions by named events.
---@param state table  of the dialect
---@return table
function completions.new(state)
  return { state = state, choices = {} }
end

--- What is told of the choice of an index.
---@param self table
---@param index number
---@return table
function completions.told(self, index)
  self.choices[index] = self.choices[index] or choice.new(index)
  return self.choices[index]
end

--- Tells the usage, where an event has it.
---@param self table
---@param event table
---@param out table
local function take_usage(self, event, out)
  if kind.is_object(event.usage) and not latest.is_nothing(event.usage) then
    out[#out + 1] = { type = "usage", usage = event.usage, snapshot = self.state.completion.usage, raw = event }
  end
end

--- Tells an event that was folded.
---@param self table
---@param event table
---@param out table
---@param take_part fun(self: table, part: table, event: table, out: table)  tells one of its choices
function completions.take(self, event, out, take_part)
  for _, part in ipairs(choices.of(event)) do
    if kind.is_object(part) and next(part) ~= nil then
      take_part(self, part, event, out)
    end
  end
  take_usage(self, event, out)
end

--- Begins the text of a legacy completion's choice.
local function begin_text(self, told, found)
  return choice.begin(told, "content", texts.new("content", function()
    return pieces.text(self.state.folding.pieces, found, "text") or ""
  end, function(event)
    event.choice = found.index
  end))
end

local function take_part(self, part, event, out)
  local found = dialect.choice(self.state, part)
  local told = completions.told(self, found.index)
  local piece = content.text(choices.message(part).content)
  if piece then
    choice.delta(told, told.known.content or begin_text(self, told, found), piece, event, out)
  end
  choice.finish(told, part, event, out)
end

--- Tells an event.
---@param self table
---@param event table
---@param out table
function completions.add(self, event, out)
  completions.take(self, event, out, take_part)
end

--- Tells what is whole now that the stream has ended as it should: choices for
--- which no event said so.
---@param self table
---@param out table
function completions.finish(self, out)
  for _, found in ipairs(self.state.completion and self.state.completion.choices or {}) do
    local told = self.choices[found.index]
    if told and told.reason == nil or told and choices.is_good(told.reason) then
      choice.close(told, nil, out)
    end
  end
end

require "oai.interpret" ()

return completions
