-- The loop: ask, look at the reply, run what it calls, answer, and ask again.
-- Each phase is a function that does a little, may wait, and names the next.

local act = require "oai.run.act"
local answer = require "oai.run.answer"
local ask = require "oai.run.ask"
local beside = require "oai.run.beside"
local budget = require "oai.run.budget"
local check = require "oai.run.check"
local decide = require "oai.run.decide"
local ending = require "oai.run.ending"
local hook = require "oai.run.hook"
local lazy = require "oai.lazy"
local mcp = require "oai.run.mcp"
local pause = require "oai.run.pause"
local state_module = require "oai.run.state"
local turn = require "oai.run.turn"
local usage = require "oai.run.usage"

local link = lazy "oai.run.link"

local turns = {}

---@class oai.RunReading  what a reply holds, as an adapter reads it
---@field items table[]            for the history
---@field calls oai.ToolCall[]
---@field texts table[]            `{ type =, text = }`
---@field goes_on? boolean         it is no answer, though it calls nothing
---@field shortfall? { reason: string, message: string }  why it is not whole

---@class oai.ToolCall
---@field id string  of the call
---@field kind string       "function", "custom", or "approval" of a call that an MCP server is to be sent
---@field name string  of the function
---@field namespace? string  of the function, where it has one
---@field server_label? string  of the MCP server
---@field arguments string  as the model wrote them
---@field output? string    of responses: the type of the item with its output
---@field caller? any       of responses: who calls it
---@field item? table      of responses: all of a call whose output is fields of an item
---@field status? string  as the item says it

-- By its name what a run does next: it returns the name of what follows, or nil
-- where that is still to be done, or the run has ended.
local phases = {}

local function end_turn(self)
  if self._is_turn_open then
    self._is_turn_open = false
    self:_push { type = "turn_ended", turn = self._state.turn }
  end
end

--- Ends a run well.
local function finish(self, status, phase)
  end_turn(self)
  state_module.save(self, phase, status)
  self.status = self.status == "open" and status or self.status
end

function phases.ask(self)
  local state = self._state
  if state.turn >= self._own.max_turns and not state.is_last and not state.is_asked then
    finish(self, "max_turns")
    return nil
  end
  budget.fit(self)
  if self.status ~= "open" then
    return nil
  end
  state.turn = state.is_asked and state.turn or state.turn + 1 -- one that was never answered is asked again
  state.is_asked = true
  self._undo = function(one)
    one.phase = "ask"
  end
  state_module.save(self, self._has_effects and "asking" or "ask")
  self._undo = false
  if self.status ~= "open" then
    return nil
  end
  self:_push { type = "turn_started", turn = state.turn }
  self._is_turn_open = true
  self._asking = ask.start(self)
  return "await"
end

--- Tells the texts of a reply that came whole.
local function tell_texts(self, found)
  for _, piece in ipairs(found.texts) do
    self:_push { type = piece.type, text = piece.text, turn = self._state.turn }
  end
end

--- The text of a kind in a reply; nil where there is no refusal.
local function text_of(found, kind)
  local pieces = {}
  for _, piece in ipairs(found.texts) do
    pieces[#pieces + 1] = piece.type == kind and piece.text or nil
  end
  return (kind == "text" or pieces[1]) and table.concat(pieces) or nil
end

--- What is wrong with a reply as a whole, so that nothing of it is done.
local function fault_of(self, found)
  local wrong = mcp.fault(self, found.items)
  return wrong and ending.of_tool(self, "not_approved", wrong) or check.identities(self, found.calls)
end

--- Adds the items of a reply to the history, which the API has as well.
local function note_items(self, items, reply_id)
  for _, item in ipairs(items) do
    budget.add(self, item)
  end
  self._state.known = #budget.items(self)
  if self._link then
    link.note(self._link, budget.items(self), self._params.previous_response_id, reply_id)
  end
end

--- Has the calls of a reply checked next.
local function note_calls(self, found)
  local state = self._state
  state.calls, state.outputs, state.started, state.decisions = found.calls, {}, {}, {}
  state.goes_on = found.goes_on
  check.prepare(self, found.calls)
  state_module.save(self, "calls")
end

--- Takes a reply into the run.
local function take(self, came)
  local state = self._state
  self.reply, self.response, state.is_asked = came.reply, came.facts, nil
  usage.add(state.usage, came.reply.usage)
  state.tokens = usage.total(came.reply.usage)
  local found = self._api.read(came.reply, state.turn)
  if not came.is_told then
    tell_texts(self, found)
  end
  state.text, self._refusal = text_of(found, "text"), text_of(found, "refusal")
  if found.shortfall then
    return answer.cut(self, found.shortfall)
  end
  local wrong = fault_of(self, found)
  if wrong then
    return ending.fail(self, wrong)
  end
  note_items(self, found.items, came.reply.id)
  note_calls(self, found)
end

--- Waits for the reply of a turn, and hands on what comes of it.
phases["await"] = function(self)
  local one = self._asking --[[@as oai.Task]]
  if not one.done then
    local undisturbed, err = beside.wait(self)
    if not undisturbed then
      ending.fail(self, err --[[@as oai.Error]])
    end
    return nil
  end
  self._tasks[one], self._asking = nil, false
  local came = ask.outcome(self, one)
  if came then
    take(self, came)
  end
  if self.status ~= "open" then
    return nil
  end
  self._turn = turn.new(self)
  self:_push { type = "reply", turn = self._state.turn, reply = self.reply, of = self._turn }
  if self._own.on_turn then
    hook.call(self, "on_turn", nil, self._own.on_turn, self._turn)
  end
  return "look"
end

--- Whether calls of the turn have no output.
local function has_open_call(self)
  for _, call in ipairs(self._state.calls) do
    if not self._state.outputs[call.id] then
      return true
    end
  end
  return false
end

local NOT_RUN = "Not carried out: no more tools may be called. Answer with what is known."

--- Answers a turn's calls without carrying them out, for one last turn.
local function answer_last(self)
  local state = self._state
  state.is_last = true
  for _, call in ipairs(state.calls) do
    if call.kind == "approval" then
      decide.note(self, call.id, false, NOT_RUN)
    else
      state.outputs[call.id] = state.outputs[call.id] or { output = NOT_RUN }
    end
  end
  return "answer"
end

--- Decides what a turn is followed by.
function phases.look(self)
  local state = self._state
  if not state.calls[1] then
    if state.goes_on or state.said[1] then
      return "answer"
    end
    answer.settle(self)
    if self.status == "open" then
      finish(self, "completed", "over")
    end
    return nil
  elseif state.turn >= self._own.max_turns and has_open_call(self) then
    if self._own.at_limit == "answer" and not state.is_last then
      return answer_last(self)
    end
    finish(self, "max_turns")
    return nil
  end
  return "decide"
end

function phases.decide(self)
  local undecided = decide.go_on(self)
  if not undecided then
    return nil
  elseif undecided[1] then
    pause.now(self, undecided, "approval")
    return nil
  end
  return "act"
end

function phases.act(self)
  local is_over, err = act.go_on(self)
  if err then
    ending.fail(self, err)
  end
  if not is_over then
    return nil
  end
  local open = act.open_calls(self)
  if open[1] then
    pause.now(self, open, "output")
    return nil
  end
  return "answer"
end

--- The item that answers a call.
local function answer_to(self, call)
  local state = self._state
  if call.kind ~= "approval" then
    return self._api.output(call, state.outputs[call.id].output)
  end
  local decision = state.decisions[call.id]
  if decision.approve then
    mcp.approve(self, call)
  end
  return self._api.decision(call, decision)
end

--- Writes the outputs of a turn, in the order of its calls, and what the
--- program has to say.
local function write_outputs(self)
  local state = self._state
  for _, call in ipairs(state.calls) do
    budget.add(self, answer_to(self, call))
  end
  for _, item in ipairs(state.said) do
    budget.add(self, item)
  end
  state.calls, state.outputs, state.started, state.decisions, state.said = {}, {}, {}, {}, {}
end

function phases.answer(self)
  write_outputs(self)
  end_turn(self)
  self._state.phase = "ask"
  local ask_to_stop = self._own.stop_when
  local values = ask_to_stop and hook.call(self, "stop_when", nil, ask_to_stop, self._turn)
  if values and values[1] then
    finish(self, "stopped")
    return nil
  end
  return "ask"
end

-- Where a run goes on that was saved in a phase.
local RESUMED = { ask = "ask", asking = "ask", calls = "look", over = "look" }

--- Has a run go on from its state; one that was left amid an effect pauses.
---@param self oai.ToolRun
function turns.resume(self)
  local state = self._state
  check.prepare(self, state.calls)
  self._turn = turn.new(self)
  self._phase = RESUMED[state.phase] or "ask"
  if state.phase == "over" then
    self.status = "completed"
    answer.settle(self)
  end
  pause.unsettled(self)
end

--- Goes on with a run for a while.
---@param self oai.ToolRun
function turns.step(self)
  self._phase = phases[self._phase](self) or self._phase
end

return turns
