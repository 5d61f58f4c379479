-- A turn's request over a socket: only what the API does not know is sent, and
-- sent again only where it was refused, or never went out.

local ending = require "oai.socket.ending"
local engines = require "oai.engine"
local json = require "oai.codec.json"
local link = require "oai.run.link"
local options_list = require "oai.options"
local pause = require "oai.task.pause"
local retry = require "oai.call.retry"

local over_socket = {}

---@class oai.TurnAnswer  the answer of a turn, which is read as a stream is
---@field response oai.Response  the facts of the connection
---@field is_untold boolean      nobody has asked for its pieces
---@field run oai.ToolRun
---@field lane oai.Lane
---@field first? table           its first event, until it is read
---@field idle number            seconds between two
---@field err? oai.Error
local Answer = { _is_stream = true }
Answer.__index = Answer

-- Refusals of a request that was not looked at: what the API knows is gone, or
-- the connection is too old.
local GONE, TOO_OLD = "previous_response_not_found", "websocket_connection_limit_reached"

local MOST_TRIES = 3 -- of what never went out

--- Notes an error of a turn, and returns it. The lane is left where the response
--- may still come, or its connection is over.
local function failure(self, err)
  local own = self._link --[[@as oai.RunLink]]
  err.operation = self._resource._name .. ".create"
  if own.lane and own.lane.is_open or own.connection and own.connection.status ~= "open" then
    link.leave(own)
  end
  link.forget(own)
  if err.kind == "timeout" and err.reason == "next" then
    err.reason = nil -- it is no wait of the program's own
  end
  return err
end

--- An option of a request, else the client's.
local function option(self, options, name)
  return options_list.of_call(options, self._client, name)
end

--- The next event; the first was taken already.
---@return table? event
---@return oai.Error? err
function Answer:next()
  local first = self.first
  if first then
    self.first = nil
    return first
  end
  local event, err = self.lane:next(self.idle)
  if err then
    self.err = failure(self.run, err)
  end
  return event, self.err
end

--- The whole response, as far as it came.
---@return oai.ResponseObject? response
---@return oai.Error? err
function Answer:final()
  if self.err then
    return nil, self.err
  end
  local value, err = self.lane:final()
  local hooks = self.run._client._shared.hooks ---@type any
  if value and hooks and hooks.count then
    hooks.count(value, { model = self.run._params.model })
  end
  return value, err
end

--- The options of the call that opens a connection.
local function opening(options)
  local given = options_list.merge(options or {}, {})
  given.body = nil
  return given
end

--- The event that asks.
local function event_of(self, body, options)
  local event = options_list.merge(body, options and options.body or {})
  local id, items = link.rest(self._link, body)
  if id then
    event.previous_response_id, event.input = id, json.array(items)
  end
  event.stream_options = nil -- of what is streamed by HTTP
  return event
end

--- Asks once: the first event of the answer. Nil, an error, and whether nothing
--- was sent.
local function ask_once(self, lane, body, options)
  local sent, err = lane:create(event_of(self, body, options))
  if not sent then
    return nil, err, true
  end
  return lane:next(option(self, options, "first_event_timeout"))
end

--- Whether a turn's message never went out, as the error says it of messages:
--- over a connection of the run's own all are the turn's, over the program's those
--- that name its lane.
local function never_went(self, lane, err)
  for _, text in ipairs(err.unsent or {}) do
    if not self._link.given or type(text) == "string" and text:find(('"%s"'):format(lane.id), 1, true) then
      return not (err.lost and err.lost[1] and not self._link.given)
    end
  end
  return false
end

--- Whether an error of the connection may pass. It does not say whether the API
--- has looked at the request.
local function is_passing(err)
  return err.kind == "connection" or err.kind == "timeout" or err.kind == "closed" and ending.is_passing(err)
end

--- How long to wait before it is asked again; nil: it is not.
local function delay_of(self, lane, err, options, tries, is_unsent)
  local may_pass = not err.status and is_passing(err)
  is_unsent = may_pass and (is_unsent or never_went(self, lane, err))
  if is_unsent or err.code == GONE or err.code == TOO_OLD then
    return tries < MOST_TRIES and 0 or nil
  end
  err.retryable = may_pass or nil
  return retry.delay(err, tries, { max_retries = option(self, options, "max_retries"),
    max_retry_delay = option(self, options, "max_retry_delay") }, os.time(), engines.random())
end

--- Asks for a turn, again where that does no harm: once anything of an answer
--- has come it is that answer. Nil and an error.
---@param self oai.ToolRun
---@param body table      as it would be sent by HTTP
---@param options? table  of the request
---@return table? answer
---@return oai.Error? err
function over_socket.ask(self, body, options)
  local tries, own = 0, self._link --[[@as oai.RunLink]]
  while true do
    local lane, err = link.open(own, self._resource, opening(self._options))
    if not lane then
      return nil, err
    end
    local first, reason, is_unsent = ask_once(self, lane, body, options)
    if first then
      local made = setmetatable({ run = self, lane = lane, first = first, idle = option(self, options, "idle_timeout"),
        response = own.connection.facts, is_untold = not self._params.stream }, Answer)
      return made
    end
    err = failure(self, reason)
    if err.code == TOO_OLD then
      link.leave(own)
    end
    local delay = delay_of(self, lane, err, options, tries, is_unsent)
    if not delay then
      return nil, err
    elseif delay > 0 and not pause(self._client, delay) then
      return nil, err
    end
    tries = tries + 1
  end
end

require "oai.interpret" ()

return over_socket
