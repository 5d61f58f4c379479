-- Calls that the caller does not wait for: each is a task, which reads the
-- stream that a call gives, and of whose end `on_done` is told.

local credential = require "oai.credential"
local error_value = require "oai.error"
local running = require "oai.task.running"
local task = require "oai.task"

local unwaited = {}

local function take_event(self, stream, event, on_event)
  local piece = stream:_piece(event)
  if piece then
    self.pieces[#self.pieces + 1] = piece
  end
  if on_event then
    on_event(event)
  end
end

--- Reads a stream to its end for somebody who does not.
local function consume(self, stream, on_event)
  self.pieces, self.stream = {}, stream
  local event, err = stream:next()
  while event do
    take_event(self, stream, event, on_event)
    if self.cancelled then -- by on_event
      return nil, running.cancelled()
    end
    event, err = stream:next()
  end
  local value, failure = stream:_whole()
  if err or failure then
    return nil, failure or err
  end
  return value, stream.response
end

local function check_callback(options, name)
  if options[name] ~= nil and type(options[name]) ~= "function" then
    error_value.misuse(("option '%s' must be a function, got %s"):format(name, type(options[name])))
  end
end

--- Starts a call, whose end is told when this returns. Wrong use, of which its
--- coroutine cannot tell the line, is raised here.
local function start(self, scheduler)
  self.is_told = true
  scheduler:start(self)
  self.is_told = false
  local wrong = self.raised and type(self.err) == "string" and self.err:match("^oai: (.*)$")
  if wrong then
    error_value.misuse(wrong)
  elseif self.done then
    self:_tell_end()
  end
end

--- Makes a call that the caller does not wait for.
---@param client oai.Client
---@param options table   with on_done, on_event or wait
---@param call fun(options: table): any, any, any?
---@return oai.Task
function unwaited.call(client, options, call)
  check_callback(options, "on_done")
  check_callback(options, "on_event")
  local rest = {}
  for name, value in pairs(options) do
    rest[name] = value
  end
  rest.on_done, rest.on_event, rest.wait = nil, nil, nil
  credential.seal(rest)
  local self
  self = task.new(client, function()
    local value, facts, outcome = call(rest)
    if type(value) == "table" and value._is_stream then
      return consume(self, value, options.on_event)
    end
    return value, facts, outcome
  end, { n = 0 }, error_value.caller())
  self.on_done = options.on_done or false
  start(self, task.scheduler_of(client))
  return self
end

require "oai.interpret" ()

return unwaited
