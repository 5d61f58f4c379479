-- Where a stream reads its events when its reply has come whole: what an
-- exchange is to a stream that is still arriving.

local core = require "oai.core"
local json = require "oai.codec.json"

local source = {}

--- A source of which `next_event` gives the data and the name of each event.
local function new(next_event, rest)
  return {
    event = next_event,
    rest = rest,
    outcome = function()
      return true
    end,
    close = function() end,
  }
end

--- The events of a text that is an event stream.
---@param text string
---@return table
function source.of_text(text)
  local parser = core.sse()
  parser:feed(text)
  return new(function(_, template)
    local data, name, piece = parser:event(template)
    return data or false, name, piece
  end, function()
    return parser:rest()
  end)
end

--- Events that are known: values, texts as they are, or `{ event = name, data = value }` of a dialect with names.
---@param events any[]
---@param is_named boolean
---@return table
function source.of_events(events, is_named)
  local at = 0
  return new(function()
    at = at + 1
    local event = events[at]
    if type(event) ~= "table" then
      return event or false
    elseif is_named then
      return json.encode(event.data), event.event
    end
    return json.encode(event)
  end, function() end)
end

return source
