-- What connections of the API have beside what every connection has: what adds
-- up while events are read, and lanes.

local answer = require "oai.realtime.answer"
local error_value = require "oai.error"
local lanes = require "oai.lanes"
local lazy = require "oai.lazy"
local socket = require "oai.socket"

local calls = lazy "oai.realtime.calls"

---@class oai.ApiConnection : oai.Connection  one of the API's own
---@field private _what table
local methods = {}

--- Raises where a method was called with a dot.
local function check(self, name)
  if not socket.is_one(self) then
    error_value.misuse(("connection.%s: call it with a colon, as in connection:%s()"):format(name, name))
  end
end

--- Reads events until the response under way has ended, or the next one has,
--- and gives it as its last event has it. One that has ended already and was not
--- given before is given at once. Where it calls functions of the connection's
--- `tools`, they are run and it is answered, until a response calls none.
---@param told? fun(event: table)  is called with each event that is read meanwhile
---@return table? response  as its last event has it
---@return oai.Error? err   kind "closed": the connection was closed before
function methods:response(told)
  check(self, "response")
  if told ~= nil and type(told) ~= "function" then
    error_value.misuse("connection:response: expected a function that is told of events, got " .. type(told))
  end
  local what = self._what --[[@as table]]
  local response, err = answer.response(self, what.answer, told)
  if response and what.calls then
    response, err = calls.follow(what.calls, self, response, told)
  end
  if response and what.target.has_lanes then
    lanes.finished(what.bound, response)
  end
  return response, err
end

--- The text of the response under way, or of the last, as far as it was read; of
--- what is spoken, the transcript. Of sessions that know no responses: what was
--- said since the last call, from the first on.
---@return string
function methods:text()
  check(self, "text")
  local what = self._what --[[@as table]]
  return (what.target.has_responses and answer.text or answer.said)(what.answer)
end

--- The bytes of sound that have come since the last call, as the session's
--- format has them; "" where none has. Of sessions that know no responses: from
--- the first call on.
---@return string
function methods:audio()
  check(self, "audio")
  return answer.audio(self._what.answer)
end

--- A lane of a socket of Responses: one response at a time, beside those of
--- other lanes.
---@param id? string  one to 256 ASCII letters, digits, "_", "-", "."; nil: the lane without an id
---@return oai.Lane? lane  a new one
---@return oai.Error? err  kind "limit": there are `max_lanes`
function methods:lane(id)
  check(self, "lane")
  return lanes.lane(self._what.lanes, self, self._what.bound, id)
end

-- What a target must have, for a method.
local NEEDS = { response = "has_responses", lane = "has_lanes" }

local of = {}

--- The methods that connections of a kind have, by name.
---@param target oai.SocketTarget
---@return table<string, function>
function of.target(target)
  local found = {}
  for name, method in pairs(methods) do
    local need = NEEDS[name]
    found[name] = (not need or target[need]) and method or nil
  end
  return found
end

require "oai.interpret" ()

return of
