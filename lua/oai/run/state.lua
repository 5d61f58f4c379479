-- What a run is, as plain data: saved as JSON before and after each effect,
-- and gone on from in another process. Must not know functions.

local ending = require "oai.run.ending"
local error_value = require "oai.error"
local hook = require "oai.run.hook"
local json = require "oai.codec.json"
local partial_json = require "oai.codec.partial_json"

local state = {}

local VERSION = 1

--- A run that has not begun.
---@param api table
---@param items table[]
---@return table
function state.new(api, items)
  return {
    version = VERSION, api = api.name, phase = "ask", status = "open", turn = 0, is_last = false, text = "", tokens = 0,
    known = 0,
    items = items, said = {}, calls = {}, outputs = {}, started = {}, decisions = {}, ids = {}, approved = {},
    attempted = {}, completed = {}, usage = {},
  }
end

local TABLES = { "items", "said", "calls", "outputs", "started", "decisions", "ids", "approved", "attempted",
  "completed", "usage" }

-- Fields that are no tables, by their types; fields in which every entry must be a
-- table.
local TYPES = { turn = "number", tokens = "number", known = "number", text = "string" }
local OF_TABLES = { "items", "said", "calls", "outputs", "decisions", "approved", "context" }

local function refuse(api, message)
  error_value.misuse(("%s: 'resume' %s"):format(api.operation, message))
end

--- Raises for what was changed by others so that no run can go on from it.
local function check_fields(api, value)
  for name, kind in pairs(TYPES) do
    if type(value[name]) ~= kind then
      refuse(api, ("is no state of a run: '%s' is no %s"):format(name, kind))
    end
  end
  for _, name in ipairs(OF_TABLES) do
    local held = value[name] == nil and {} or value[name]
    for _, one in pairs(type(held) == "table" and held or { held }) do
      if type(one) ~= "table" or name == "calls" and (type(one.id) ~= "string" or type(one.kind) ~= "string") then
        refuse(api, ("is no state of a run: what is in '%s' is none of its"):format(name))
      end
    end
  end
end

local function check(api, value)
  if type(value) ~= "table" then
    refuse(api, "is no state of a run")
  elseif value.version ~= VERSION then
    refuse(api, ("is a state of another version (%s)"):format(tostring(value.version)))
  elseif value.api ~= api.name then
    refuse(api, ("is a state of a run by %s"):format(tostring(value.api)))
  end
  for _, name in ipairs(TABLES) do
    if type(value[name]) ~= "table" then
      refuse(api, ("is no state of a run: '%s' is missing"):format(name))
    end
  end
  check_fields(api, value)
  return value
end

--- What a state says, with its nulls, which messages have; nil of what is no
--- JSON.
---@param saved string
---@return any
function state.decode(saved)
  local _, reason = json.decode(saved)
  if reason then
    return nil
  end
  local reader = partial_json.new { nulls = true }
  reader:add(saved)
  return (reader:value())
end

--- Has the tables of a state take what they took before: one that was empty was
--- read as an array, which takes no names.
local function unmark(found)
  for _, name in ipairs(TABLES) do
    local plain = {}
    for key, value in pairs(found[name]) do
      plain[key] = value
    end
    found[name] = plain
  end
end

--- The state of a run that was saved. Raises for what is none.
---@param api table
---@param saved any   its JSON
---@param items table[]  what is said to it now
---@return table
function state.read(api, saved, items)
  if type(saved) ~= "string" then
    refuse(api, "must be a text, got " .. type(saved))
  end
  local found = check(api, state.decode(saved))
  unmark(found)
  if items[1] and found.phase == "over" then
    found.phase, found.status = "ask", "open"
  end
  local is_boundary = found.phase == "ask" or found.phase == "asking"
  local lists = is_boundary and { found.items, found.context } or { found.said }
  for _, list in ipairs(lists) do
    for _, item in ipairs(items) do
      list[#list + 1] = item
    end
  end
  return found
end

--- The state as JSON, of a status. Nil and what in it cannot be.
local function encoded(self, status)
  self._state.status = status
  local text, path, reason = json.encode(self._state)
  return text, ("%s: %s"):format(tostring(path), tostring(reason))
end

--- The state as JSON. Raises what in it cannot be.
---@param self oai.ToolRun
---@return string
function state.write(self)
  local text, fault = encoded(self, self.status)
  if not text then
    error_value.misuse(("%s: %s"):format(self._api.operation, fault))
  end
  return text --[[@as string]]
end

--- Ends a run whose state was not saved.
local function fail(self, message, cause)
  local failure = ending.error(self, "failed", "save", "its state was not saved: " .. message)
  failure.cause = cause
  ending.fail(self, failure)
end

--- Has the program save the state, where it wants to. A run whose state cannot
--- be saved fails before it goes on.
---@param self oai.ToolRun
---@param phase? string   of the state, from now on
---@param status? string  what the run is to be when that is done
function state.save(self, phase, status)
  self._state.phase = phase or self._state.phase
  if not self._own.save then
    return
  end
  local text, fault = encoded(self, status or self.status)
  if not text then
    fail(self, fault)
    error_value.misuse(("%s: %s"):format(self._api.operation, fault))
  end
  local values = hook.call(self, "save", nil, self._own.save, text)
  if values and (values[1] == false or values[1] == nil and values[2] ~= nil) then
    fail(self, tostring(values[2]), values[2])
  end
end

--- The calls that were started, and of which nobody knows what came.
---@param self oai.ToolRun
---@return table[] calls
function state.unsettled(self)
  local found, one = {}, self._state
  for _, call in ipairs(one.calls) do
    if one.started[call.id] and not one.outputs[call.id] then
      found[#found + 1] = call
    end
  end
  return found
end

require "oai.interpret" ()

return state
