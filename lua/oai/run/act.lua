-- The functions of a turn, run side by side: each started once, awaited until
-- its time is up, and its output or error noted.

local beside = require "oai.run.beside"
local context = require "oai.run.context"
local ending = require "oai.run.ending"
local hook = require "oai.run.hook"
local local_calls = require "oai.run.local_calls"
local output = require "oai.tools.output"
local state_module = require "oai.run.state"

local act = {}

--- Hands an event to the hook, and to who reads the run; none of one that has
--- ended.
local function tell(self, event)
  if self.status ~= "open" then
    return
  end
  self:_push(event)
  if self._own.on_tool then
    hook.call(self, "on_tool", event.id, self._own.on_tool, event)
  end
end

--- Notes the output of a call. One that was refused has no error.
local function answer(self, ready, given, err, is_refused)
  local call, state = ready.call, self._state
  state.outputs[call.id] = { output = given }
  if not err and not is_refused then
    state.completed[#state.completed + 1] = call.id
  end
  state_module.save(self)
  tell(self, { type = "tool_finished", id = call.id, name = call.name, turn = state.turn, output = given, err = err,
    refused = is_refused })
end

--- What the model is told about a call that has failed; nil where the run is
--- to end, or has.
local function text_for_model(self, ready, err)
  local own = ready.spec and ready.spec.on_error
  local policy = own or self._own.on_tool_error
  if policy == "stop" then
    return nil
  elseif type(policy) == "function" then
    local values = hook.call(self, own and "on_error" or "on_tool_error", ready.call.id, policy, err,
      context.of(self, ready))
    return values and values[1] and output.of(values[1]) or nil
  end
  return "Error: " .. output.said(err)
end

--- The output that tells of a failure; nil where none can.
local function failed_output(ready, text)
  if ready.call.item then
    return local_calls.failure(ready.call.kind, text)
  end
  return text
end

--- Notes that a call has failed: the model is told, or the run ends.
---@param self oai.ToolRun
---@param ready table
---@param err oai.Error
function act.fail(self, ready, err)
  self.errors[#self.errors + 1] = err
  err.call_id = ready.call.id
  local text = text_for_model(self, ready, err)
  local given = text and failed_output(ready, text)
  if given then
    answer(self, ready, given, err)
  elseif self.status == "open" then
    ending.fail(self, err)
  end
end

local function timed_out(self, ready, seconds)
  return ending.of_tool(self, "timeout", ("the tool '%s' did not end within %g s"):format(ready.call.name, seconds))
end

--- The output of a call, of what its function returned.
local function output_of(self, ready, value)
  if ready.call.item then
    return local_calls.output(ready.call.kind, value, self._tools)
  end
  return output.of(value)
end

--- The output of a call as `output_of` makes it. What looking into a value
--- raises is why there is none.
local function safe_output(self, ready, value)
  local is_read, given, reason = pcall(output_of, self, ready, value)
  if is_read then
    return given, reason
  end
  return nil, "what it returned cannot be read: " .. output.said(given)
end

--- Notes what a function came to that has ended.
local function conclude(self, ready)
  local value, err, raised = beside.outcome(ready.task)
  if err ~= nil then
    return act.fail(self, ready, ending.of_tool(self, raised and "raised" or "failed", output.said(err), err))
  end
  local given, reason = safe_output(self, ready, value)
  if given == nil then
    return act.fail(self, ready, ending.of_tool(self, "output", reason --[[@as string]]))
  end
  answer(self, ready, given)
end

--- Notes that a call is about to start, and tells of it. False when the run has
--- ended by that: then the call does not start.
local function announce(self, call, value)
  local state = self._state
  state.attempted[#state.attempted + 1] = call.id
  state.started[call.id] = true
  self._undo = function(one)
    one.attempted[#one.attempted], one.started[call.id] = nil, nil
  end
  state_module.save(self)
  tell(self, { type = "tool_started", id = call.id, name = call.name, turn = state.turn, arguments = value })
  self._undo = false
  return self.status == "open"
end

local function start(self, ready)
  if not announce(self, ready.call, ready.value) then
    return
  end
  local seconds = ready.spec.timeout or self._own.tool_timeout
  ready.seconds = seconds
  ready.deadline = seconds and beside.clock() + seconds or math.huge
  self._active[#self._active + 1] = ready
  ready.task = beside.start(self, ready.spec.run, ready.value, context.of(self, ready))
end

--- Whether one more call may run beside those under way.
local function may_start(self, ready)
  local active = self._active
  return #active < self._own.concurrency and (#active == 0 or not (ready.spec.serial or active[1].spec.serial))
end

--- Starts what may run now: the calls in order, none before one that waits.
local function start_all(self)
  for _, call in ipairs(self._state.calls) do
    local ready = self._ready[call.id]
    if ending.is_open(self) and not self._state.outputs[call.id] and not self._state.started[call.id]
      and ready.spec and ready.spec.run then
      if not may_start(self, ready) then
        return
      end
      start(self, ready)
    end
  end
end

--- What the model is told of a call that was not approved.
local function refusal(decision)
  return "The call was not approved" .. (decision.reason and ": " .. decision.reason or ".")
end

--- Answers a call that was not approved. The run ends where that cannot be
--- told.
local function refuse(self, ready, decision)
  local given = failed_output(ready, refusal(decision))
  if given then
    answer(self, ready, given, nil, true)
  else
    ending.fail(self, ending.of_tool(self, "refused", refusal(decision)))
  end
end

--- Answers calls that are not made: since they cannot be, or may not.
local function answer_others(self)
  local state = self._state
  for _, call in ipairs(state.calls) do
    local ready, decision = self._ready[call.id], state.decisions[call.id]
    local is_open = self.status == "open" and not state.outputs[call.id] and call.kind ~= "approval"
    if is_open and ready.err then
      act.fail(self, ready, ready.err)
    elseif is_open and decision and not decision.approve then
      refuse(self, ready, decision)
    end
  end
end

--- Takes those that have ended, or whose time is up, in the order in which they
--- were started: of each there is an event then, or the run has ended.
local function take_ended(self)
  local now, left, ended = beside.clock(), {}, {}
  for _, ready in ipairs(self._active) do
    local is_over = ready.task.done or now >= ready.deadline
    table.insert(is_over and ended or left, ready)
  end
  self._active = left
  for _, ready in ipairs(ended) do
    self._tasks[ready.task] = nil
    if ready.task.done then
      conclude(self, ready)
    else
      ready.task:cancel()
      act.fail(self, ready, timed_out(self, ready, ready.seconds))
    end
    if self.status ~= "open" then
      return
    end
  end
end

local function next_deadline(self)
  local soonest = math.huge
  for _, ready in ipairs(self._active) do
    soonest = math.min(soonest, ready.deadline)
  end
  return soonest
end

--- The calls of a turn whose outputs are to come from elsewhere.
---@param self oai.ToolRun
---@return table[]
function act.open_calls(self)
  local found = {}
  for _, call in ipairs(self._state.calls) do
    if not self._state.outputs[call.id] and call.kind ~= "approval" then
      found[#found + 1] = self._ready[call.id]
    end
  end
  return found
end

local STEPS = { answer_others, start_all, take_ended }

--- Goes on with the functions of a turn: returns true when none is left to run.
---@param self oai.ToolRun
---@return boolean? is_over
---@return oai.Error? err  when the reader may not wait any longer
function act.go_on(self)
  for _, go_on in ipairs(STEPS) do
    go_on(self)
    if self.status ~= "open" then
      return false
    end
  end
  if self:_has_event() then
    return false
  elseif #self._active == 0 then
    return true
  end
  local undisturbed, err = beside.wait(self, next_deadline(self))
  return undisturbed and false or nil, err
end

return act
