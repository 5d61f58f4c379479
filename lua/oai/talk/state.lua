-- What a talk is, as plain data: saved as JSON, and gone on from in another
-- process. Must not know parameters or functions, which are given again.

local error_value = require "oai.error"
local json = require "oai.codec.json"
local options_list = require "oai.options"
local run_state = require "oai.run.state"
local set = require "oai.set"

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

-- What some fields may be, and those that hold messages or items.
local KNOWN = { api = set { "responses", "chat" }, history = set { "client", "response", "conversation" } }
local ITEMS = { "opening", "summary" }

--- Whether a value is a list of messages or items.
local function are_items(value)
  for _, item in ipairs(type(value) == "table" and value or { false }) do
    if type(item) ~= "table" then
      return false
    end
  end
  return true
end

--- Whether a value is a round as it is saved.
local function is_round(value)
  return type(value) == "table" and are_items(value.said) and value.said[1] ~= nil and are_items(value.answer)
    and type(value.tokens) == "number"
end

--- Raises for fields that are none of a talk's.
local function check_fields(value)
  for name, known in pairs(KNOWN) do
    if not known[value[name]] then
      refuse("is no talk that was saved: there is no %s '%s'", name, tostring(value[name]))
    end
  end
  for _, name in ipairs(ITEMS) do
    if not are_items(value[name]) then
      refuse("is no talk that was saved: what is in '%s' is none of its", name)
    end
  end
end

--- Whether a talk says how much of it is sent.
local function is_measured(value)
  local first = value.first
  return type(value.tokens) == "number" and type(first) == "number" and first % 1 == 0 and first >= 1
    and first <= #value.rounds + 1
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
  check_fields(value)
  if value.pending ~= nil and type(value.pending) ~= "table" then
    refuse "is no talk that was saved: what it waits for is none"
  elseif not is_measured(value) then
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

require "oai.interpret" ()

return state
