-- What becomes of one exchange: the facts of its reply, the ids by which it is
-- known, and the error with which it ends. It must not wait.

local engines = require "oai.engine"
local lazy = require "oai.lazy"
local response = require "oai.call.response"

local error_value = lazy "oai.error"
local likely = lazy "oai.call.likely"

local outcome = {}

local clock = engines.clock

--- Seconds for the core to end an exchange that has had its time.
outcome.GRACE = 1

--- Seconds in which something of an exchange must move.
---@param request oai.Request
---@return number
function outcome.patience(request)
  local given = request.settings.options
  return request.stream and given.first_event_timeout or given.timeout
end

--- The error of an exchange that has had its time.
---@param state table       of the call
---@param has_moved boolean  something has gone out, or come
---@return oai.Error
function outcome.timed_out(state, has_moved)
  local given = state.request.settings.options
  local message
  if state.limit == state.deadline then
    message = ("the total timeout of %g s has passed"):format(given.total_timeout)
  elseif state.limit == state.attempt_end then
    message = ("the attempt was not over within the %g s of attempt_timeout"):format(given.attempt_timeout)
  elseif has_moved then
    message = ("nothing has moved for %g s"):format(outcome.patience(state.request))
  else
    message = ("no reply within %g s"):format(outcome.patience(state.request))
  end
  return error_value.new { kind = "timeout", message = message, retryable = state.limit ~= state.deadline }
end

--- The facts of a reply whose header has come.
---@param state table
---@param exchange oai.Exchange
---@return oai.Response
function outcome.facts(state, exchange)
  local block, credential = exchange:headers(), state.request.credential
  block = credential and credential:mask(block, true) or block
  return response.new(exchange:status(), block, state.attempts, clock() - state.started, response.identity(exchange))
end

--- Notes by which id the server knows what was sent: other attempts have it,
--- too.
---@param state table
---@param exchange oai.Exchange
function outcome.note_identity(state, exchange)
  state.first = state.first or exchange:id()
  state.identity = response.identity(exchange) or state.identity
  if state.request.plan.transfer.measured then
    state.times = { exchange:times() }
  end
end

--- Ends an exchange with an error, which tells what is known of the reply. Its
--- status is none of the error's: that may be a success.
---@param state table
---@param exchange oai.Exchange
---@param err oai.Error
---@return oai.Error
function outcome.close_with(state, exchange, err)
  outcome.note_identity(state, exchange)
  if exchange:status() then
    response.annotate(err, outcome.facts(state, exchange)).status = nil
  end
  exchange:close()
  return err
end

--- What an error says of how the core has ended an exchange: a reply, or a part
--- of one, that is larger than a ceiling has a kind of its own there.
---@param kind oai.ErrorKind|"too_large"
---@param message string
---@param retryable? boolean
---@return table fields
function outcome.fields(kind, message, retryable)
  if kind == "too_large" then
    return { kind = "limit", reason = kind, message = message, retryable = retryable }
  end
  return { kind = kind, message = message, retryable = retryable }
end

--- The end of an exchange that failed: with it goes what it was to send.
---@param state table
---@param exchange oai.Exchange
---@param kind oai.ErrorKind|"too_large"
---@param message string
---@param retryable? boolean
---@return nil
---@return oai.Error
function outcome.failed(state, exchange, kind, message, retryable)
  local told = likely.told(kind, message, state.request.settings)
  return nil, outcome.close_with(state, exchange, error_value.new(outcome.fields(kind, told, retryable)))
end

require "oai.interpret" ()

return outcome
