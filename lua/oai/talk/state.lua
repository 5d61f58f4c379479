-- What a talk is, as plain data: saved as JSON, and gone on from in another
-- process. Must not know parameters or functions, which are given again.

local error_value = require "oai.error"
local json = require "oai.codec.json"
local options_list = require "oai.options"
local run_state = require "oai.run.state"

local state = {}

local VERSION = 1

--- A talk in which nothing was said.
---@param api "responses"|"chat"
---@param history "client"|"response"|"conversation"
---@return table
function state.new(api, history)
  return { version = VERSION, api = api, history = history, opening = {}, rounds = {}, first = 1, summary = {},
    tokens = 0, usage = {} }
end

local function refuse(message, ...)
  error_value.misuse("talk: 'from' " .. message:format(...))
end

local LISTS = { "opening", "rounds", "summary", "usage" }

--- Whether a value is a round as it is saved.
local function is_round(value)
  return type(value) == "table" and type(value.said) == "table" and type(value.answer) == "table"
    and type(value.tokens) == "number"
end

local function check(value)
  if type(value) ~= "table" or value.rounds == nil then
    refuse "is no talk that was saved"
  elseif value.version ~= VERSION then
    refuse("is a talk of another version (%s)", tostring(value.version))
  end
  for _, name in ipairs(LISTS) do
    if type(value[name]) ~= "table" then
      refuse("is no talk that was saved: '%s' is missing", name)
    end
  end
  for i, round in ipairs(value.rounds) do
    if not is_round(round) then
      refuse("is no talk that was saved: round %d is none", i)
    end
  end
  if value.pending ~= nil and type(value.pending) ~= "table" then
    refuse "is no talk that was saved: what it waits for is none"
  elseif type(value.first) ~= "number" or type(value.tokens) ~= "number" then
    refuse "is no talk that was saved: it does not say how much of it is sent"
  end
  return value
end

--- A talk that was saved. Raises for what is none, or is another than asked for.
---@param from any
---@param api? string
---@param history? string
---@return table
function state.read(from, api, history)
  if type(from) ~= "string" then
    refuse("must be a text, as talk:save() gives it, got %s", type(from))
  end
  local found = check(run_state.decode(from))
  if api and api ~= found.api then
    refuse("is a talk by %s", tostring(found.api))
  elseif history and history ~= found.history then
    refuse("is a talk with history = '%s'", tostring(found.history))
  end
  return found
end

--- A talk as JSON. Raises what in it cannot be.
---@param self table
---@param changes { usage?: table, pending?: table }  what is to be other than it is
---@return string
function state.write(self, changes)
  local written = options_list.merge(self, changes)
  local text, path, reason = json.encode(written)
  if not text then
    error_value.misuse(("talk: %s: %s"):format(tostring(path), tostring(reason)))
  end
  return text --[[@as string]]
end

--- Raises where the history is not the talk's to change.
---@param self table
---@param name string  of the method
function state.check_kept(self, name)
  if self.history == "conversation" then
    error_value.misuse(("talk:%s: the API keeps this history, and only adds to it"):format(name))
  end
end

return state
