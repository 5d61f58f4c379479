-- The tools that a program has for an agent: functions by name, each called
-- once for a call of the model's, one after another, and its result sent.

local copy = require "oai.dialect.copy"
local error_value = require "oai.error"
local input = require "oai.agents.input"
local json = require "oai.codec.json"
local key = require "oai.key"
local kind = require "oai.dialect.kind"
local pause = require "oai.task.pause"
local task = require "oai.task"

local tools = {}

---@class oai.AgentToolError  what `on_tool_error` gets
---@field error any         what the tool raised, or returned beside nil
---@field stage "arguments"|"execution"|"output"  what of the call failed
---@field name string       of the tool
---@field session_id? string  of the session
---@field turn_id string  of the turn
---@field call_id string  of the call

-- What the model is told of a tool that fails: its error may hold secrets.
local FAILED = "Tool handler failed."

-- Seconds after which a result is sent again that came before the service had
-- noted the call.
local DELAYS = { 0.1, 0.3, 0.6 }

local Tools = {}
Tools.__index = Tools

---@param handlers? table<string, function>
---@param name string  of the operation, for misuse
function tools.check(handlers, name)
  for tool, handler in pairs(handlers or {}) do
    if type(tool) ~= "string" or type(handler) ~= "function" then
      error_value.misuse(("%s: option 'tools' must be functions by name, and has a %s at %s"):format(name,
        type(handler), tostring(tool)))
    end
  end
end

--- The tools of one stream.
---@param client oai.Client
---@param handlers? table<string, function>
---@param on_error? fun(failure: oai.AgentToolError)
---@param send fun(event: table, key: string, session_id: string): true?, any  sends an event to the session
---@return table
function tools.new(client, handlers, on_error, send)
  return setmetatable({
    client = client, handlers = copy(handlers or {}), on_error = on_error, send = send, called = {},
  }, Tools)
end

--- Whether there is a tool of a name.
---@param name any
---@return boolean
function Tools:has(name)
  return self.handlers[name] ~= nil
end

--- The call that an event brings for one of the tools, the first time; it is a
--- copy, since the event is the reader's.
---@param event table
---@return table? call
function Tools:take(event)
  local call = event.type == "agent.session.turn.item.added" and kind.object(event.item)
  if not call or call.type ~= "function_call" or not self:has(call.name) then
    return nil
  end
  local id = tostring(call.turn_id or event.turn_id) .. " " .. tostring(call.call_id)
  if self.called[id] then
    return nil
  end
  self.called[id] = true
  call = copy(call)
  call.turn_id, call.session_id = call.turn_id or event.turn_id, event.session_id
  return call
end

--- What a function of the program's does, in a task of its own, so that it may
--- wait and its errors are caught, on each Lua. Nil and the error when this may
--- not be waited for.
---@return table? outcome  { value = , err = }
---@return oai.Error? err
local function run(client, fn, ...)
  local own = task.spawn(client, fn, ...)
  local value, err = own:await()
  if not own.done then
    own:cancel()
    return nil, err
  end
  return { value = value, err = value == nil and err or nil }
end

--- Tells the program of a tool that failed; its own errors change nothing.
local function tell(self, call, stage, err)
  if not self.on_error then
    return true
  end
  local told, reason = run(self.client, self.on_error, { error = err, stage = stage, name = call.name,
    session_id = call.session_id, turn_id = call.turn_id, call_id = call.call_id })
  return told and true, reason
end

--- The arguments of a call as a table; nil and why when they are no object.
local function arguments_of(call)
  local arguments, reason = call.arguments, nil
  if type(arguments) == "string" then
    arguments, reason = json.decode(arguments)
  end
  if kind.is_object(arguments) then
    return copy(arguments)
  end
  return nil, reason or "the arguments are no JSON object"
end

--- Calls the tool. The value that is sent, or nil, what failed, and the stage; or nil and
--- the error that ends the stream, fourth.
local function output_of(self, call)
  local arguments, reason = arguments_of(call)
  if not arguments then
    return nil, reason, "arguments"
  end
  local done, err = run(self.client, self.handlers[call.name], arguments, copy(call))
  if not done then
    return nil, nil, nil, err
  elseif done.err ~= nil then
    return nil, done.err, "execution"
  end
  local output
  output, reason = input.output(done.value)
  return output, reason, "output"
end

--- Whether the service has only not noted the call yet.
local function is_too_early(err, call)
  return err.status == 400 and err.message == "Unknown pending tool call: " .. tostring(call.call_id)
end

--- Sends a result, all times by one key.
local function send_result(self, call, event)
  local id = key.uuid()
  for attempt = 1, #DELAYS + 1 do
    local done, err = self.send(event, id, call.session_id)
    if done then
      return true
    elseif not DELAYS[attempt] or not is_too_early(err, call) then
      return nil, err
    end
    local slept, reason = pause(self.client, DELAYS[attempt])
    if not slept then
      return nil, reason
    end
  end
end

--- Calls the tool of a call and sends its result.
---@param call table  from `take`
---@return true? done
---@return oai.Error? err  that of the sending, or why it cannot be waited for
function Tools:answer(call)
  local output, failure, stage, err = output_of(self, call)
  if err then
    return nil, err
  elseif output ~= nil then
    return send_result(self, call, input.result(call, output))
  end
  local told
  told, err = tell(self, call, stage, failure)
  if not told then
    return nil, err
  end
  return send_result(self, call, input.failure(call, FAILED))
end

require "oai.interpret" ()

return tools
