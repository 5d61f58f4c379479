-- Where a run pauses: for approvals, for outputs from elsewhere, and for what
-- a process that is no more has left open. What the program says settles it.

local context = require "oai.run.context"
local decide = require "oai.run.decide"
local error_value = require "oai.error"
local local_calls = require "oai.run.local_calls"
local output = require "oai.tools.output"
local state = require "oai.run.state"

local pause = {}

-- The id of a request of which nobody knows what came.
local REQUEST = "request"

local function find(self, id, needs)
  for at, one in ipairs(self.pending) do
    if one.id == id and (not needs or needs[one.needs]) then
      return at
    end
  end
end

--- Pauses a run for some calls.
---@param self oai.ToolRun
---@param list table[]
---@param needs "approval"|"output"|"settling"
function pause.now(self, list, needs)
  for _, ready in ipairs(list) do
    local one = context.call(self, ready, needs)
    self.pending[#self.pending + 1] = one
    self:_push { type = needs .. "_needed", id = one.id, name = one.name, turn = one.turn, call = one }
  end
  if needs ~= "settling" then
    state.save(self, nil, "paused")
  end
  if self.status == "open" and self.pending[1] then
    self.status = "paused"
  end
end

--- Pauses a run that another process has left amid an effect.
---@param self oai.ToolRun
function pause.unsettled(self)
  local list = {}
  if self._state.phase == "asking" then
    self.status = "paused"
    self.pending[1] = { id = REQUEST, needs = "settling", kind = REQUEST, name = REQUEST, turn = self._state.turn }
    return
  end
  for _, call in ipairs(state.unsettled(self)) do
    list[#list + 1] = self._ready[call.id]
  end
  if list[1] then
    pause.now(self, list, "settling")
  end
end

--- Takes one off what the run waits for; with the last of them it goes on.
local function settle(self, at)
  table.remove(self.pending, at)
  if self.status == "paused" and not self.pending[1] then
    self.status = "open"
  end
end

local function refuse(self, id, what)
  error_value.misuse(("%s: no call with the id '%s' waits for %s"):format(self._api.operation, tostring(id), what))
end

--- Approves a call, or does not.
---@param self oai.ToolRun
---@param id string
---@param yes boolean
---@param reason? string
function pause.approve(self, id, yes, reason)
  if type(yes) ~= "boolean" then
    error_value.misuse(("%s: approve: expected true or false, got %s"):format(self._api.operation, type(yes)))
  end
  local at = find(self, id, { approval = true })
  if not at then
    refuse(self, id, "approval")
  end
  decide.note(self, id, yes, reason)
  settle(self, at)
end

--- Whether a call may get its output from elsewhere now.
local function is_open(self, id)
  local one, ready = self._state, self._ready[id]
  if not ready or one.outputs[id] or ready.call.kind == "approval" then
    return false
  end
  return not one.started[id] or find(self, id) ~= nil
end

local function output_of(self, call, value)
  if call.item then
    return local_calls.output(call.kind, value, self._tools)
  end
  return output.of(value)
end

--- Gives the output of a call, which is then not carried out here.
---@param self oai.ToolRun
---@param id string
---@param value any  as a function would return it
function pause.supply(self, id, value)
  if not is_open(self, id) then
    refuse(self, id, "an output")
  end
  local given, reason = output_of(self, self._ready[id].call, value)
  if given == nil then
    error_value.misuse(("%s: the output of '%s': %s"):format(self._api.operation, id, reason))
  end
  local one = self._state
  one.outputs[id] = { output = given }
  one.completed[#one.completed + 1] = id
  local at = find(self, id)
  if at then
    settle(self, at)
  end
end

--- Has what was left open done once more.
---@param self oai.ToolRun
---@param id string
function pause.again(self, id)
  local at = find(self, id, { settling = true })
  if not at then
    refuse(self, id, "being settled")
  elseif id == REQUEST then
    self._state.phase = "ask"
  else
    self._state.started[id] = nil
  end
  settle(self, at)
end

return pause
