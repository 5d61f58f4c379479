-- Which calls of a turn may be carried out: the program is asked about each
-- that needs it, one after another and before the first of them runs. What
-- nobody decides makes the run pause.

local context = require "oai.run.context"
local hook = require "oai.run.hook"
local json = require "oai.codec.json"
local printable = require "oai.printable"

local decide = {}

--- Whether somebody has to say yes to a call.
local function needs_approval(self, ready)
  local call, state = ready.call, self._state
  if state.outputs[call.id] or state.started[call.id] or state.decisions[call.id] or ready.err then
    return false
  end
  return call.kind == "approval" or ready.spec ~= nil and ready.spec.needs_approval ~= nil
    and ready.spec.needs_approval ~= false
end

--- The function of the program's that decides about a call, or nil; the value
--- that it is called with, and the name under which it was given.
local function approver_of(self, ready)
  local own = ready.spec and ready.spec.needs_approval
  if type(own) == "function" then
    return own, ready.value, "needs_approval"
  end
  return self._own.approve, context.call(self, ready), "approve"
end

--- Notes what was decided about a call.
---@param self oai.ToolRun
---@param id string
---@param yes boolean
---@param reason? string
function decide.note(self, id, yes, reason)
  reason = type(reason) == "string" and reason or nil
  if reason and json.text_fault(reason) then
    reason = printable(reason)
  end
  self._state.decisions[id] = { approve = yes, reason = reason }
end

--- Asks the program about a call; false when the run has ended meanwhile.
local function ask(self, ready)
  local approver, about, name = approver_of(self, ready)
  if not approver then
    return true
  end
  local values = hook.call(self, name, ready.call.id, approver, about, context.of(self, ready))
  if values and values[1] ~= nil then
    decide.note(self, ready.call.id, values[1] == true, values[2])
  end
  return values ~= nil
end

--- Goes through the calls of a turn. Those about which nothing is decided are
--- returned; nil when the run has ended meanwhile.
---@param self oai.ToolRun
---@return table[]? undecided
function decide.go_on(self)
  local undecided = {}
  for _, call in ipairs(self._state.calls) do
    local ready = self._ready[call.id]
    if needs_approval(self, ready) and not self._asked[call.id] then
      self._asked[call.id] = true
      if not ask(self, ready) then
        return nil
      end
    end
    if needs_approval(self, ready) then
      undecided[#undecided + 1] = ready
    end
  end
  return undecided
end

return decide
