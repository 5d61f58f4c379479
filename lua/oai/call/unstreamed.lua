-- A reply that came whole, or was no event stream at all, where a stream was
-- asked for: an answer of a server or a model that does not stream, or an
-- error to which the server could give no status.

local error_value = require "oai.error"
local failure = require "oai.call.failure"
local mask = require "oai.call.mask"
local odd_event = require "oai.call.odd_event"
local response = require "oai.call.response"
local sniff = require "oai.codec.sniff"
local source = require "oai.call.source"
local whole = require "oai.dialect.whole"

local unstreamed = {}

--- The events that come without what belongs around them: as objects on lines
--- of their own, or in a list. Nil where they are none.
local function bare_events(dialect, body, decoded)
  if dialect.named or sniff.kind(body) ~= "json" then
    return nil
  end
  local events = decoded or odd_event.of_lines(body)
  return events and type(events[2]) == "table" and events or nil
end

--- Where the events are read that a text stands for; nil where it is no
--- answer.
---@param dialect oai.Dialect
---@param facts oai.Response
---@param body string
---@return table?
function unstreamed.events(dialect, facts, body)
  local decoded = failure.said(body)
  if type(decoded) == "table" and (failure.is_one(decoded.error) or failure.is_told(decoded)) then
    return nil
  end
  local events = whole.events(dialect.name, body, facts.headers["content-type"]) or bare_events(dialect, body, decoded)
  return events and source.of_events(events, dialect.named == true) or nil
end

--- What a body says that is no answer: an error, or anything else.
---@return table<string, any> fields
local function said(request, body, place)
  local decoded = failure.said(body)
  if type(decoded) == "table" and failure.says_one(decoded) then
    return failure.fields(decoded)
  elseif body == "" then
    return { message = "the reply is empty, where a stream was expected" }
  end
  local behind = place and (" (behind a redirect to %s)"):format(place) or ""
  local words = mask.excerpt(request, body)
  return { message = ("the reply is no stream%s%s: %s"):format(sniff.remark(body), behind, words) }
end

--- Where the events of a whole reply are read, or nil and the error that it
--- is.
---@param request oai.Request
---@param facts oai.Response
---@return table?
---@return oai.Error? err
function unstreamed.source(request, facts)
  local found = unstreamed.events(request.stream --[[@as oai.Dialect]], facts, facts.body --[[@as string]])
  if found then
    return found
  end
  local fields = said(request, facts.body --[[@as string]], (facts --[[@as table]])._place)
  fields.kind, fields.operation, fields.body = "stream", request.plan.name, facts.body
  return nil, mask.error(request, response.annotate(error_value.new(fields), facts))
end

return unstreamed
