-- How a connection ends: cleanly, or with an error that says why, and which of
-- its messages never went out.

local error_value = require "oai.error"
local mask = require "oai.call.mask"
local outgoing = require "oai.socket.outgoing"
local response = require "oai.call.response"

local ending = {}

local NORMAL, CUT, NO_TLS = 1000, 1006, 1015

-- What libcurl says of a connection that ended before a byte behind the header
-- had come: there was a reply.
local NO_REPLY = "Empty reply from server"

-- Codes with which it may be otherwise the next time: the other side goes away,
-- says nothing, has vanished, fails, restarts, has too much to do.
local PASSING = {
  [1001] = true, [1005] = true, [1006] = true, [1011] = true, [1012] = true, [1013] = true, [1015] = true,
}

-- What the codes are of which nobody has been told by the other side.
local CODES = { connection = CUT, timeout = CUT, tls = NO_TLS }

---@class oai.Break  why a connection is over
---@field err oai.Error
---@field code? integer  as others count
---@field reason? string
---@field is_renewal? boolean  we have closed it, to make it again
---@field last? oai.Error     of the last attempt to make it again

--- Tells all who wait beside the one that watches to look again.
---@param self oai.Connection
function ending.tell(self)
  local beside = self._beside
  if next(beside) then
    self._beside = {}
    for key in pairs(beside) do
      self._shared.scheduler:notify(key)
    end
  end
end

--- Ends the exchange of a connection, and tells who watches it. What had begun
--- to go out by it is lost, and the rest waits.
---@param self oai.Connection
function ending.leave(self)
  local exchange, scheduler = self._exchange, self._shared.scheduler
  if exchange then
    local id = exchange:id()
    self._lost, self._exchange = self._outgoing:take_back(exchange), false
    exchange:close()
    if scheduler then
      scheduler:notify(id)
    end
  end
end

--- An error of a connection, with the facts of its reply.
---@param self oai.Connection
---@param fields table
---@return oai.Error
function ending.error(self, fields)
  fields.operation = self._what.name
  local err = response.annotate(error_value.new(fields), self.facts)
  err.status, err.elapsed = nil, nil -- the reply's own are not the error's
  return err
end

--- Why a connection is over that the other side has closed.
local function closed_by_peer(self, code, reason)
  reason = mask.text(self._request, reason)
  local message = "the server has closed the connection" .. (reason ~= "" and ": " .. reason or "")
  return { err = ending.error(self, { kind = "closed", message = message, code = code, reason = reason }), code = code,
    reason = reason }
end

--- Why a connection is over: nothing more will come of its exchange.
---@param self oai.Connection
---@return oai.Break
function ending.cause(self)
  local said = self._said
  if said then
    return closed_by_peer(self, said.code, said.reason)
  end
  local exchange = self._exchange ---@type any
  local _, kind, message = exchange:outcome()
  message = message:find(NO_REPLY, 1, true) and "the connection ended without a close frame"
    or mask.text(self._request, message)
  return { err = ending.error(self, { kind = kind, message = message }), code = CODES[kind] }
end

--- Why a connection is over whose other side gives no sign of life.
---@param self oai.Connection
---@return oai.Break
function ending.death(self)
  return { code = CUT, err = ending.error(self, { kind = "timeout",
    message = ("the other side has not answered a ping within %g s"):format(self._own.ping_timeout) }) }
end

--- Whether it may be otherwise the next time.
---@param cause oai.Break
---@return boolean
function ending.is_passing(cause)
  return PASSING[cause.code] == true
end

--- Whether a connection ended as it should: the other side has said so.
---@param cause oai.Break
---@return boolean
function ending.is_clean(cause)
  return cause.code == NORMAL
end

--- Tells an error what of the messages never went out, and of which nobody
--- knows.
---@param self oai.Connection
---@param err oai.Error
local function tell_messages(self, err)
  err.unsent = self._outgoing:unsent()
  err.lost = self._lost and outgoing.list(self._lost) or {}
end

--- Ends a connection. What it returns, every later read of it does. A clean end
--- with messages that never went out is none.
---@param self oai.Connection
---@param err? oai.Error      nil: cleanly
---@param or_else? oai.Error  the error where messages are left
---@return nil
---@return oai.Error?
function ending.finish(self, err, or_else)
  if self.status == "closed" then
    return nil, self._err
  end
  ending.leave(self)
  local lost = self._lost
  if not err and (self._outgoing:waits() or lost and lost.first <= lost.last) then
    err = or_else
  end
  if err then
    tell_messages(self, err)
  end
  self.status, self._err = "closed", err
  self._outgoing:clear()
  ending.tell(self)
  return nil, err
end

--- Whether the client of a connection was closed, or is being closed.
---@param self oai.Connection
---@return boolean
function ending.is_client_closed(self)
  local shared = self._shared
  return shared.closed or shared.scheduler and shared.scheduler.closed or false
end

--- Ends a connection whose client was closed.
---@param self oai.Connection
---@return nil
---@return oai.Error?
function ending.client_closed(self)
  return ending.finish(self, ending.error(self, { kind = "cancelled", reason = "closed",
    message = "the client was closed" }))
end

require "oai.interpret" ()

return ending
