-- What becomes of the stream of a response in the background when its
-- connection breaks: it is opened again after the last event that came. Where
-- the API does not stream it any more, the response is waited for.

local engines = require "oai.engine"
local error_value = require "oai.error"
local log = require "oai.log"
local missed = require "oai.follow.missed"
local numbered = require "oai.follow.numbered"
local options_list = require "oai.options"
local retry = require "oai.call.retry"
local running = require "oai.task.running"
local set = require "oai.set"
local tries = require "oai.follow.tries"

local resumption = {}

-- Kinds of errors of a stream with which nothing was said about the response.
local CUTS = set { "connection", "timeout", "stream" }

-- Statuses that refuse the stream, and may not refuse the response.
local NOT_STREAMED = { [400] = true, [404] = true, [405] = true, [409] = true, [410] = true, [422] = true }

---@class oai.Resumption : oai.StreamAgain
---@field bound table            the resource
---@field parsed oai.Endpoint    what streams a response that there is
---@field id? string             nil: as the events say
---@field params table           of the operation
---@field options table          of each call
---@field tries oai.Tries
---@field number? integer        of the last event at the last cut
---@field only_waits boolean     the API does not stream it any more
---@field is_late? boolean       the reader has not been given the beginning
---@field total? number          the option total_timeout, for messages
---@field task oai.Task|false    that goes on meanwhile
local Resumption = {}
Resumption.__index = Resumption

---@param bound table
---@param parsed oai.Endpoint
---@param id? string
---@param params table   of the operation that streams a response that there is
---@param options table  of each call
---@return oai.Resumption
function resumption.new(bound, parsed, id, params, options)
  local client = bound._client
  local function option(name)
    return options_list.of_call(options, client, name)
  end
  return setmetatable({
    bound = bound, parsed = parsed, id = id, params = params, options = options, only_waits = false, task = false,
    tries = tries.new(client, option "max_retries", option "max_retry_delay"), total = option "total_timeout",
    dialect = numbered.of(parsed.stream --[[@as oai.Dialect]]),
  }, Resumption) --[[@as oai.Resumption]]
end

--- Whether a stream is to be taken up again after a cut.
---@param client oai.Client
---@param options table
---@return boolean
function resumption.is_wanted(client, options)
  return options_list.of_call(options, client, "resume")
end

--- The id of the response, where it can be asked for: it is in the background
--- and the number of its last event is known.
local function id_of(self, state)
  local response = state.response
  local id = self.id or response and response.id
  if response and (response.background == false or not state.sequence_number) then
    return nil
  end
  return type(id) == "string" and id or nil
end

--- The options of a call that is to end with the stream.
local function options_until(self, deadline, more)
  local options = options_list.merge(self.options, more or {})
  if deadline < math.huge then
    options.total_timeout = math.max(0.001, deadline - engines.clock())
  end
  return options
end

--- Whether an error refuses to stream a response, which may be there all the
--- same.
---@param err oai.Error|oai.Response
---@return boolean
function resumption.is_refused(err)
  return NOT_STREAMED[err.status] == true
end

--- The stream of a response, after an event.
---@param self oai.Resumption
---@param id string
---@param after? integer
---@param options table
---@return oai.Stream?
---@return any facts
function resumption.open(self, id, after, options)
  local params = options_list.merge(self.params, { stream = true, starting_after = after })
  return self.bound._client:_calls().call(self.bound, self.parsed, { [self.parsed.ids[1]] = id }, params, options)
end

--- Opens the stream again: what is to be read, or nil and the error. Another
--- answer than a stream says nothing of what was missed.
local function open_again(self, id, after, deadline)
  local other, facts = resumption.open(self, id, after, options_until(self, deadline, { max_retries = 0 }))
  if not other then
    self.only_waits = resumption.is_refused(facts)
    return nil, facts
  elseif facts.body then
    self.only_waits = true
    return nil, facts
  end
  return other:_source()
end

--- The response at its end, also one that has failed; or nil and the error. Since
--- the response is known to exist, a reply that is none is taken for a fault that
--- passes.
local function at_end(self, id, deadline)
  local options = options_until(self, deadline)
  if deadline < math.huge then
    options.timeout = options.total_timeout
  end
  local known = self.bound:at(id)
  known.status = "in_progress"
  local response, facts = known:wait(options)
  if response then
    return response, facts
  elseif facts.kind == "failed" then
    return facts.partial
  elseif engines.clock() >= deadline then
    return nil, error_value.new { kind = "timeout",
      message = ("the total timeout of %g s has passed"):format(self.total) }
  end
  return nil, facts
end

--- Waits for the response: what the stream has missed of it, to be read.
local function wait_for(self, id, state, deadline)
  local response, facts = at_end(self, id, deadline)
  if not response then
    return nil, facts
  end
  local events = missed(response, not self.is_late and (self.dialect.result(state) or {}))
  return { events = events, response = facts }
end

--- Whether a reply was no stream, and said nothing of the response: a page, or
--- nothing at all.
local function is_no_stream(err)
  return err.kind == "stream" and err.status ~= nil
end

--- Whether the tries have brought streams that ended without an event: the API
--- has no more of them than had come before.
local function have_brought_nothing(self, err, cause)
  return err == cause and err.kind == "stream" and not err.body and self.tries.taken > 0
end

--- Goes on after a cut: what is to be read then, or nil and the error. Where the
--- tries have brought no stream, or none with an event, the response is waited
--- for.
local function go_on(self, id, cause, state, deadline)
  if not self.only_waits then
    local found, err = self.tries:run(cause, deadline, function(err)
      return err == cause or not self.only_waits and (retry.is_worth_it(err) or is_no_stream(err))
    end, function()
      return open_again(self, id, state.sequence_number, deadline)
    end)
    self.only_waits = self.only_waits or not found and (is_no_stream(err) or have_brought_nothing(self, err, cause))
    if not self.only_waits then
      return found, err
    end
  end
  return wait_for(self, id, state, deadline)
end

--- Calls a function so that `close` can end it at once: in a task, where
--- somebody else may close the stream meanwhile.
local function closable(self, fn)
  local client = self.bound._client
  if running.count == 0 and not client._shared.loop.start then
    return fn()
  end
  local one = client:spawn(fn)
  self.task = one
  local found, err = one:await()
  self.task = false
  if not one.done then -- who waits for it was cancelled
    one:cancel()
  elseif one.raised and not error_value.is_error(err) then
    error(err, 0)
  end
  return found, err
end

--- Goes on after a cut, where that can be.
---@param cause table      the fields of the error that it is otherwise
---@param state table      of the dialect
---@param deadline number
---@return oai.StreamSource? source
---@return table? err
function Resumption:open(cause, state, deadline)
  local id = id_of(self, state)
  if not id or not CUTS[cause.kind] or self.bound._client._shared.closed then
    return nil, cause
  end
  log.write(self.bound._client._settings.logger, "warn", "%s: the stream of %s broke after event %s (%s): going on",
    self.parsed.name, id, tostring(state.sequence_number), cause.kind)
  if state.sequence_number ~= self.number then
    self.number = state.sequence_number
    self.tries:reset()
  end
  state.template = false -- by which an event is taken whatever its number
  return closable(self, function()
    return go_on(self, id, cause, state, deadline)
  end)
end

--- Ends what goes on: somebody has closed the stream.
function Resumption:close()
  if self.task then
    self.task:cancel()
  end
end

--- A resumption stands for the exchange of a stream that has no connection: it
--- has no event, and has failed.
Resumption.event = function()
  return false
end

function Resumption.outcome()
  return false, "stream", "the response is not streamed any more"
end

require "oai.interpret" ()

return resumption
