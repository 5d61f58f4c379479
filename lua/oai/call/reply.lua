-- The value of a reply that came whole, which is believed only as far as it
-- is what the operation returns: a status of 200 and a Content-Type are easily
-- said. Nearly every reply is beyond doubt, and is seen to be so here.

local json = require "oai.codec.json"
local lazy = require "oai.lazy"

local doubt = lazy "oai.call.doubt"

local type = type

local reply = {}

local decode = json.decode_reply

--- Whether an object is what an operation returns. An error in it is then one
--- field among others, but for one that some gateways put into a choice.
local function is_object(value)
  local choices = value.choices
  if choices == nil then
    local object = value.object
    return object ~= nil and object ~= "error" and object ~= ""
  end
  local choice = type(choices) == "table" and choices[2] == nil and choices[1]
  return type(choice) == "table" and choice.error == nil
end

local function is_list(value)
  local data = value.data
  return type(data) == "table" and data[1] ~= nil
end

--- The value of a reply: a table, bytes, a text, or `true`.
---@param endpoint oai.Endpoint
---@param facts oai.Response
---@param request oai.Request  whose secrets an error must not repeat
---@param state table          from send.call
---@return any value
---@return oai.Error? err
---@return boolean? is_table  the value, for sure
function reply.value(endpoint, facts, request, state)
  if endpoint.returns == "json" then
    local _, value, is_table = decode((facts --[[@as table]])._exchange)
    if is_table and (endpoint.page and is_list or is_object)(value) then
      return value, nil, true
    end
  end
  return doubt.value(endpoint, facts, request, state)
end

--- The error that a reply is which went to a file; nil where it is none, or
--- went through a pipe.
---@param endpoint oai.Endpoint
---@param facts oai.Response
---@param request oai.Request
---@param exchange oai.Exchange
---@return oai.Error?
function reply.fault_of_file(endpoint, facts, request, exchange)
  local _, _, received = exchange:progress()
  local target = request.sink --[[@as oai.Target]]
  local is_through = target:is_touched()
  target:close()
  return not is_through and doubt.saved(endpoint, facts, request, received) or nil
end

return reply
