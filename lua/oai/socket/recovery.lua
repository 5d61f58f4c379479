-- A connection made again after it broke, in a task of its own: attempt after
-- attempt, until one is open and what the program wants restored is; then what
-- waits goes out. What the server knew of the conversation is gone.

local ending = require "oai.socket.ending"
local error_value = require "oai.error"
local engines = require "oai.engine"
local log = require "oai.log"
local opening = require "oai.socket.opening"
local outgoing = require "oai.socket.outgoing"
local pause = require "oai.task.pause"
local retry = require "oai.call.retry"
local running = require "oai.task.running"
local task = require "oai.task"
local value_type = require "oai.value_type"

local recovery = {}

--- Seconds before an attempt.
---@param own table       options of the connection
---@param attempt integer  counted from 1
---@param random number    from 0 to 1
---@return number
function recovery.delay(own, attempt, random)
  return retry.backoff(attempt - 1, random, own.initial_delay, own.max_delay)
end

--- Whether a connection that is over for this reason is made again.
---@param self oai.Connection
---@param cause oai.Break
---@return boolean
function recovery.is_wanted(self, cause)
  local is_leaving = self._what.is_leaving
  if ending.is_client_closed(self) or is_leaving and is_leaving(self) then
    return false
  end
  return cause.is_renewal or recovery.is_possible(self) and ending.is_passing(cause)
end

--- Whether a connection that breaks may be made again.
---@param self oai.Connection
---@return boolean
function recovery.is_possible(self)
  return (self._own.on_reconnect or self._own.on_reconnecting) ~= nil
end

--- Whether the running task is the one that makes a connection again.
---@param self oai.Connection
---@return boolean
function recovery.is_here(self)
  return self._recovery ~= false and running.task() == self._recovery
end

local CHANGE = { query = { "table" }, headers = { "table" }, abort = { "boolean" } }

--- Raises for what cannot be wanted of an attempt.
local function check_change(name, change)
  if type(change) ~= "table" then
    error_value.misuse(("%s: it returns a table or nothing, got %s"):format(name, type(change)))
  end
  value_type.check(name, "field", change, CHANGE)
end

--- Calls a function of the program's. What it raises ends the task, and what
--- it should not have returned as well.
local function ask(self, name, check, ...)
  local fn = self._own[name]
  if not fn then
    return nil
  end
  self._asking = name
  local answer = fn(...)
  if check and answer ~= nil then
    check(self._what.name, answer)
  end
  self._asking = false
  return answer
end

--- Seconds before an attempt: none where we have closed the connection, and no
--- fewer than the server asked for.
local function delay_before(own, cause, attempt)
  local delay = cause.is_renewal and attempt == 1 and 0 or recovery.delay(own, attempt, engines.random())
  local asked = cause.last and cause.last.retry_after
  return asked and asked <= own.max_retry_delay and math.max(delay, asked) or delay
end

--- What the program is told of an attempt.
---@return oai.Reconnection
local function told_of(self, cause, attempt)
  local own = self._own
  return { attempt = attempt, max_attempts = own.max_retries, delay = delay_before(own, cause, attempt),
    code = cause.code, reason = cause.reason, err = cause.err, unsent = self._outgoing:unsent(),
    lost = outgoing.list(self._lost) }
end

--- Ends the connection with the error that began all this.
local function give_up(self, cause, why)
  if why ~= nil then
    cause.err.message = ("%s; %s: %s"):format(cause.err.message,
      self._asking and ("'%s' has raised"):format(self._asking) or "it could not be made again",
      error_value.is_error(why) and why.message or tostring(why))
  end
  cause.err.cause = why
  cause.err.attempts = self._taken
  ending.finish(self, cause.err)
end

--- Lets the program restore what the server knew, and sends what waits. If the
--- connection is over again by then, its next reader sees that.
local function restore(self, told)
  if self._what.opened then
    self._what.opened(self)
  end
  ask(self, "on_reconnect", nil, self, told)
  if self.status == "reconnecting" then
    self.status, self._recovery = "open", false
    self._outgoing:flush(self._exchange)
    ending.tell(self)
  end
end

--- What an attempt without a connection comes to: where no other can go better,
--- the connection ends with what is wrong.
local function note_refusal(self, cause, err)
  cause.last = err
  if not retry.is_worth_it(err) then
    err.cause = cause.err
    ending.finish(self, err)
  end
end

--- Opens a connection, and has it taken over unless all is over meanwhile.
local function open(self, cause, told, change)
  local exchange, facts, _, request = opening.open(self._client, self._what, self._once, change)
  if not exchange then
    note_refusal(self, cause, facts)
  elseif self.status ~= "reconnecting" then
    exchange:close()
  else
    opening.take_over(self, exchange, facts --[[@as oai.Response]], request --[[@as oai.Request]])
    restore(self, told)
  end
end

--- One attempt. Raises where the task is cancelled.
local function try(self, cause, told)
  local change = ask(self, "on_reconnecting", check_change, told)
  if self.status == "reconnecting" and change and change.abort then
    give_up(self, cause)
  elseif self.status == "reconnecting" then
    error_value.check(pause(self._client, told.delay))
    open(self, cause, told, change)
  end
end

--- Attempt after attempt, until a connection is open or there are no more.
local function run(self, cause)
  while self.status == "reconnecting" do
    if self._taken >= self._own.max_retries then
      give_up(self, cause, cause.last)
      return
    end
    self._taken = self._taken + 1
    local told = told_of(self, cause, self._taken)
    log.write(self._request.settings.logger, "warn", "%s: the connection is over (%s): attempt %d in %.2f s",
      self._what.name, cause.err.message, told.attempt, told.delay)
    try(self, cause, told)
  end
end

--- Ends a connection whose task did not get there: the program's function has
--- raised, or the task was cancelled.
local function fail(self, cause, one)
  if ending.is_client_closed(self) then
    ending.client_closed(self)
    return
  end
  give_up(self, cause, one.err)
end

--- Notes the end of the task.
local function ended(self, cause, one)
  self._recovery = false
  if self.status == "reconnecting" then
    fail(self, cause, one)
  end
  ending.tell(self)
end

--- Begins to make a connection again.
---@param self oai.Connection
---@param cause oai.Break
function recovery.begin(self, cause)
  self.status = "reconnecting"
  ending.leave(self)
  if self._what.forgets then
    self._outgoing:give_up(self._lost --[[@as oai.OutgoingMessages]])
  end
  if self._what.lost then
    self._what.lost(self, cause.err)
  end
  local scheduler = task.scheduler_of(self._client)
  local one = task.watched(self._client, run, { scheduler = scheduler, see = function(_, one)
    ended(self, cause, one)
  end }, self, cause)
  self._recovery = one
  scheduler:start(one)
end

require "oai.interpret" ()

return recovery
