-- A turn's calls, looked at as a whole before the first of them runs: what is
-- wrong with each, and with all of them together.

local arguments = require "oai.tools.arguments"
local ending = require "oai.run.ending"
local json = require "oai.codec.json"
local set = require "oai.set"

local check = {}

local CALLERS = { direct = "direct", program = "programmatic" }

--- Whether who calls a function may.
local function may_call(spec, call)
  if type(spec.allowed_callers) ~= "table" then
    return true
  end
  local kind = type(call.caller) == "table" and call.caller.type or "direct"
  return set(spec.allowed_callers)[CALLERS[kind] or kind] == true
end

local function unknown(self, call)
  local names = self._tools:names()
  local what = call.name and ("there is no tool '%s'"):format(tostring(call.name)) or "the call names no tool"
  return "unknown_tool", ("%s%s"):format(what, names[1] and "; there are: " .. table.concat(names, ", ") or "")
end

--- What is wrong with a call of a function: a reason and a message, or nil.
local function fault(self, spec, call)
  if not spec then
    return unknown(self, call)
  elseif not may_call(spec, call) then
    return "not_allowed", ("the tool '%s' cannot be called so"):format(call.name)
  elseif call.status ~= nil and call.status ~= "completed" then
    return "incomplete", ("the call of '%s' was cut"):format(call.name)
  end
end

--- Gets a request for approval ready: what is to be approved.
local function to_approve(call)
  local value = type(call.arguments) == "string" and json.decode(call.arguments) or nil
  return { call = call, value = value == nil and call.arguments or value }
end

--- Gets a call of one of the API's own tools ready, whose function is given the
--- call's item.
local function to_carry_out(self, call)
  local spec = self._tools:for_item(call.kind)
  return { call = call, spec = spec, value = call.item, err = not spec and ending.of_tool(self, "unknown_tool",
    ("there is no tool for a %s"):format(call.kind)) or nil }
end

--- Gets a call ready: its function and its arguments, or its error.
local function prepared(self, call)
  if call.kind == "approval" then
    return to_approve(call)
  elseif call.item then
    return to_carry_out(self, call)
  end
  local spec = self._tools:find(call.name, call.namespace)
  local ready = { spec = spec, call = call }
  local reason, message = fault(self, spec, call)
  if not reason then
    local found
    ready.value, found = arguments.read(spec, call.arguments)
    if found then
      reason, message = found.reason, found.message
    end
  end
  ready.err = reason and ending.of_tool(self, reason, message --[[@as string]]) or nil
  return ready
end

--- Gets the calls of a turn ready.
---@param self oai.ToolRun
---@param calls oai.ToolCall[]
function check.prepare(self, calls)
  self._ready = {}
  for _, call in ipairs(calls) do
    self._ready[call.id] = prepared(self, call)
  end
end

--- Why a call cannot be told from another by its id, or nil. An id may be that
--- of a call in an earlier turn, which has been answered: some servers count anew
--- in each turn. A request for approval has its own, so that what is approved is
--- beyond doubt.
local function id_fault(self, call, ids)
  local id = call.id
  if type(id) ~= "string" or id == "" then
    return "no_id", ("a call of '%s' has no id"):format(tostring(call.name))
  elseif ids[id] then
    return "repeated_id", ("two calls of one reply have the id '%s'"):format(id)
  elseif call.kind == "approval" and self._state.ids[id] then
    return "repeated_id", ("the id '%s' of a request for approval was there before"):format(id)
  end
end

--- Looks at the ids of a turn's calls, and notes those of requests for approval
--- unless something is wrong with one, which is an error.
---@param self oai.ToolRun
---@param calls oai.ToolCall[]
---@return oai.Error?
function check.identities(self, calls)
  local ids = {}
  for _, call in ipairs(calls) do
    local reason, message = id_fault(self, call, ids)
    if reason then
      return ending.of_tool(self, reason, message --[[@as string]])
    end
    ids[call.id] = true
  end
  for _, call in ipairs(calls) do
    self._state.ids[call.id] = call.kind == "approval" or self._state.ids[call.id]
  end
end

require "oai.interpret" ()

return check
