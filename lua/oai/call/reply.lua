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

--- Whether a reply that goes to a file is judged before it is one.
---@param endpoint oai.Endpoint
---@return boolean
function reply.judges(endpoint)
  return endpoint.returns ~= "any" and doubt.judges(endpoint)
end

--- What is wrong with a reply that waits to be a file, if it is judged and no
--- other bytes than a text's.
local function fault_of_file(endpoint, facts, request, received, head)
  if request.is_judged and (head or received == 0) then
    return doubt.saved(endpoint, facts, request, head or "")
  end
  return nil
end

--- Has a reply be the file that was asked for, if it has not gone through a
--- pipe. Returns the error that it is in place of that, or that there is.
---@param endpoint oai.Endpoint
---@param facts oai.Response
---@param request oai.Request
---@param exchange oai.Exchange
---@param head? string  how it begins; nil: as no text does
---@return oai.Error?
function reply.save(endpoint, facts, request, exchange, head)
  local _, _, received = exchange:progress()
  local target = request.sink --[[@as oai.Target]]
  local err = not target:is_touched() and fault_of_file(endpoint, facts, request, received, head) or nil
  if not err then
    local _, reason = target:keep(exchange, true)
    err = reason and doubt.unsaved(facts, request, reason)
  end
  target:close()
  return err
end

return reply
