-- The socket over which a run asks, or all runs of a talk: one lane of it, and
-- what of the conversation the API knows by the last response there.

local closing = require "oai.socket.closing"
local engines = require "oai.engine"
local error_value = require "oai.error"
local key = require "oai.key"
local same = require "oai.same"
local socket = require "oai.socket"

local link = {}

---@class oai.RunLink
---@field given? oai.Connection  the program's
---@field is_shared? boolean     of a talk: it outlives the run
---@field connection? oai.ApiConnection
---@field lane? oai.Lane
---@field opened number         when its own connection was, on the engines' clock
---@field known? table[]  the items that the API knows by `id`
---@field id? string
---@field base? string    the `previous_response_id` of the program, behind which they come
local Link = {}

local AGE = 55 * 60 -- seconds: the API ends a connection after an hour

--- The link that an option `transport` stands for; nil: there is none.
---@param transport any
---@param is_shared? boolean
---@return oai.RunLink?
function link.of(transport, is_shared)
  if transport == nil or transport == "http" then
    return nil
  elseif getmetatable(transport) == Link then
    return transport
  elseif transport ~= "socket" and not (socket.is_one(transport) and transport._what.lanes) then
    error_value.misuse "option 'transport' must be \"socket\", \"http\" or a connection of client.responses:connect()"
  end
  return setmetatable({ given = transport ~= "socket" and transport or nil, is_shared = is_shared, opened = 0 }, Link)
end

--- What a link was made of.
---@param self any
---@return any transport
function link.transport(self)
  if getmetatable(self) == Link then
    return self.given or "socket"
  end
  return self
end

--- Forgets what the API knows, so that the next request tells it all.
---@param self oai.RunLink
function link.forget(self)
  self.known, self.id, self.base = nil, nil, nil
end

--- Leaves the lane, and the connection unless it is the program's.
---@param self oai.RunLink
function link.leave(self)
  local connection, lane = self.connection, self.lane
  self.connection, self.lane = nil, nil
  link.forget(self)
  if lane then
    lane:close()
  end
  if connection and not self.given then
    closing.abandon(connection)
  end
end

--- Leaves it at the end of a run, unless others follow.
---@param self oai.RunLink
function link.close(self)
  if not self.is_shared then
    link.leave(self)
  end
end

--- Whether a connection that was idle is still there: nothing has come of it but
--- its end, perhaps.
local function is_alive(self)
  local connection = self.connection
  if connection.status ~= "open" or engines.clock() - self.opened > AGE then
    return false
  end
  local event
  repeat
    event = connection:next(0)
  until event == nil
  return connection.status == "open" and not connection._said -- a close frame of the other side has come
end

--- Makes a connection, unless there is one that can be used.
local function open_own(self, resource, options)
  if self.connection and is_alive(self) then
    return true
  end
  link.leave(self)
  local connection, err = resource:connect(options)
  if not connection then
    return nil, err
  end
  self.connection, self.opened = connection, engines.clock()
  return true
end

--- Takes the program's connection, and leaves a lane of it that was not read to
--- its end.
local function take_given(self)
  local given = self.given --[[@as oai.Connection]]
  if given.status == "closed" then
    return nil, given._err or error_value.new { kind = "closed", message = "the connection is closed" }
  elseif self.lane and self.lane.is_open then
    self.lane:close() -- what was asked in it is not read to its end
    self.lane = nil
  end
  self.connection = given --[[@as oai.ApiConnection]]
  return true
end

--- The lane in which to ask: of a connection that is made where there is none.
---@param self oai.RunLink
---@param resource table   client.responses
---@param options? table   of the call that opens it
---@return oai.Lane?
---@return oai.Error? err
function link.open(self, resource, options)
  local done, err
  if self.given then
    done, err = take_given(self)
  else
    done, err = open_own(self, resource, options)
  end
  if done and not self.lane then
    self.lane, err = self.connection:lane(self.given and "run_" .. key.hex(8) or nil)
  end
  return done and self.lane or nil, err
end

--- Whether the API knows how the items of a body begin.
local function knows(self, body)
  local known = self.known
  if not (known and self.id) or body.conversation ~= nil or body.previous_response_id ~= self.base then
    return false
  end
  for i, item in ipairs(known) do
    if not same(item, body.input[i]) then
      return false
    end
  end
  return true
end

--- What of a request's body the API does not know: the response that it knows,
--- and the items behind that. Nil where it knows nothing of it.
---@param self oai.RunLink
---@param body table
---@return string? id
---@return table[]? items
function link.rest(self, body)
  if not knows(self, body) then
    return nil
  end
  local items = {}
  for i = #self.known + 1, #body.input do
    items[#items + 1] = body.input[i]
  end
  return self.id, items
end

--- Notes what the API knows by a response.
---@param self oai.RunLink
---@param items table[]  all that was said, the response's own items too
---@param base? string
---@param id any
function link.note(self, items, base, id)
  local known = {}
  for i, item in ipairs(items) do
    known[i] = item
  end
  self.known, self.base, self.id = known, base, type(id) == "string" and id or nil
end

require "oai.interpret" ()

return link
