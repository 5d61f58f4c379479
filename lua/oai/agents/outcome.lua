-- What a turn of a session's own agent comes to, event by event: its messages,
-- or why there are none. It is told of each event once. Pure.

local content = require "oai.dialect.content"
local copy = require "oai.dialect.copy"
local error_value = require "oai.error"
local kind = require "oai.dialect.kind"
local set = require "oai.set"

local outcome = {}

---@class oai.AgentResult
---@field turn oai.Turn  as the API has it at its end
---@field messages oai.AgentSessionAssistantMessage[]  the agent's answers, without what it says on the way
---@field output_text string   all text of them
---@field session? oai.AgentSessionData  as it was last seen

local ENDED = set { "completed", "failed", "cancelled" }

---@class oai.AgentOutcome
---@field messages { at: number, number: integer, item: table }[]  as they came
---@field actions table[]      what the session waits for
---@field turn? table<string, any>     as it was last seen
---@field session? table<string, any>
---@field is_over? boolean     nothing of the turn follows
local Outcome = {}
Outcome.__index = Outcome

--- The outcome of the turn that begins next.
---@return oai.AgentOutcome
function outcome.new()
  return setmetatable({ messages = {}, actions = {} }, Outcome)
end

--- Notes the turn: the first of the agent's own that begins, and what becomes
--- of it. Those of subagents are not.
local function take_turn(self, turn)
  local is_own = kind.is_object(turn) and type(turn.subagent_id) ~= "string"
  if is_own and (not self.turn or self.turn.id == turn.id) and (self.turn or not ENDED[turn.status]) then
    self.turn = copy(turn)
    self.actions = ENDED[turn.status] and {} or self.actions
  end
end

--- Notes a message that is complete; the last of an id holds.
local function take_item(self, event)
  local item = event.item
  local turn_id = item.turn_id or event.turn_id
  if not self.turn or turn_id ~= self.turn.id or item.type ~= "message" or item.role == "user"
    or item.phase == "commentary" or item.status ~= "completed" then
    return
  end
  local entry = { at = event.output_index or math.huge, number = #self.messages + 1, item = copy(item) }
  for i, known in ipairs(self.messages) do
    if known.item.id == item.id and item.id ~= nil then
      entry.number = i
    end
  end
  self.messages[entry.number] = entry
end

--- Notes the session, and whether it is at its end, as far as this turn goes.
local function take_session(self, session)
  local status = session.status
  self.session = copy(session)
  self.actions = status == "requires_action" and kind.list(self.session.required_actions) or {}
  self.is_over = status == "failed" or status == "budget_reached" or status == "idle" and self:has_ended()
end

--- Takes an event. Whether nothing of the turn follows.
---@param event table
---@return boolean
function Outcome:take(event)
  event = kind.object(event)
  if kind.is_object(event.session) and type(event.session.status) == "string" then
    take_session(self, event.session)
  elseif event.turn then
    take_turn(self, event.turn)
  elseif event.type == "agent.session.turn.item.done" and kind.is_object(event.item) then
    take_item(self, event)
  end
  return self.is_over == true
end

--- Whether the turn is at its end.
---@return boolean
function Outcome:has_ended()
  return self.turn ~= nil and ENDED[self.turn.status] == true
end

--- The messages so far, in the order of the answer.
local function messages_of(self)
  local entries, messages = {}, {}
  for i, entry in ipairs(self.messages) do
    entries[i] = entry
  end
  table.sort(entries, function(a, b)
    if a.at ~= b.at then
      return a.at < b.at
    end
    return a.number < b.number
  end)
  for i, entry in ipairs(entries) do
    messages[i] = entry.item
  end
  return messages
end

local function text_of(messages)
  local texts = {}
  for i, message in ipairs(messages) do
    texts[i] = content.text(message.content) or ""
  end
  return table.concat(texts)
end

--- What there is so far of an oai.AgentResult.
---@return table
function Outcome:result()
  local messages = messages_of(self)
  return { turn = self.turn, messages = messages, output_text = text_of(messages), session = self.session }
end

--- The first action that the session waits for and that none of the tools
--- takes.
local function unanswered(self, tools)
  for _, action in ipairs(self.actions) do
    if kind.object(action).type ~= "function_call" or not tools:has(action.name) then
      return kind.object(action)
    end
  end
end

--- Why there will be no result, as far as is known: "failed", "cancelled" or
--- "requires_action"; nil while there may be one.
---@param tools table
---@return string? reason
function Outcome:trouble(tools)
  local status, of_session = kind.object(self.turn).status, kind.object(self.session).status
  if of_session == "failed" or status == "failed" then
    return "failed"
  elseif status == "cancelled" then
    return "cancelled"
  end
  return unanswered(self, tools) and "requires_action" or nil
end

--- What the API says went wrong.
---@return table<string, any>
local function said(self)
  for _, object in ipairs { kind.object(self.turn), kind.object(self.session) } do
    local err = kind.object(object.error)
    if type(err.message) == "string" or type(err.code) == "string" then
      return err
    end
  end
  return {}
end

local MESSAGES = {
  failed = "the turn has failed",
  cancelled = "the turn was cancelled",
  requires_action = "the turn waits for an action of the program's",
  incomplete = "the session has ended before the turn did",
  observation_failed = "the turn could not be followed to its end, and may go on",
}

--- The details of an error: what the API says, what it waits for, or what
--- went wrong here.
local function detail(self, reason, cause, tools)
  if reason == "requires_action" then
    local action = unanswered(self, tools)
    return action and ("%s %s"):format(tostring(action.type), tostring(action.name or action.request_id or ""))
  elseif reason == "failed" then
    return said(self).message
  elseif reason == "incomplete" then
    return kind.object(self.session).status
  end
  return cause and cause.message
end

--- The error of a turn that came to no result.
---@param reason string
---@param cause? oai.Error
---@param tools table
---@return oai.Error
function Outcome:error(reason, cause, tools)
  local partial, more = self:result(), detail(self, reason, cause, tools)
  partial.required_actions = self.actions
  local code = reason == "failed" and said(self).code or nil
  return error_value.new {
    kind = reason == "observation_failed" and cause and cause.kind or "failed",
    reason = reason, partial = partial, cause = cause, code = type(code) == "string" and code or nil,
    message = MESSAGES[reason] .. (type(more) == "string" and ": " .. more or ""),
  }
end

require "oai.interpret" ()

return outcome
