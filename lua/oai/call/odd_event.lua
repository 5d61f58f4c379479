-- Events whose data is no object of JSON: what servers and gateways mean by
-- some of them. Pure.

local json = require "oai.codec.json"
local set = require "oai.set"

local odd_event = {}

local DONE = "[DONE]"

-- What keeps a connection alive, where that is no comment.
local NOISE = set { "", "ping", "pong", "heartbeat", "keepalive", "keep-alive", "keep_alive" }

--- What the data of an event should have been: "[DONE]" in other letters, with
--- more behind it or as a text of JSON; nothing, for what keeps a connection
--- alive; the object in a text of JSON, or behind a second "data:". Nil where
--- it means none of these.
---@param data string
---@param event any  what it is as JSON, if it is any
---@return string?
function odd_event.meant(data, event)
  local text = type(event) == "string" and event or data
  text = text:gsub("^%s+", ""):gsub("^data:%s*", ""):gsub("%s+$", "")
  local upper = text:upper()
  if upper:find(DONE, 1, true) == 1 or upper == "DONE" then
    return DONE
  elseif text:find "^:" or NOISE[text:lower()] then
    return ""
  end
  return text ~= data and text:find "^{" and text or nil
end

--- The events of a text that has one on each line, without what belongs around
--- them; nil where a line is none.
---@param text string
---@return any[]? events  objects, and "[DONE]"
function odd_event.of_lines(text)
  local events = {}
  for line in text:gmatch "[^\r\n]+" do
    local value = line ~= DONE and json.decode(line) or line
    if line:find "%S" and value ~= DONE and type(value) ~= "table" then
      return nil
    elseif line:find "%S" then
      events[#events + 1] = value
    end
  end
  return events[1] and events or nil
end

require "oai.interpret" ()

return odd_event
