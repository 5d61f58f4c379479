-- What the local server sends as the answer of a chat, piece by piece.

local cjson = require "cjson"

local answer = {}

local function chunk(delta, reason)
  return {
    data = {
      id = "chatcmpl-1", object = "chat.completion.chunk", created = 1, model = "m",
      choices = { { index = 0, delta = delta, finish_reason = reason } },
    },
  }
end

--- A reply that streams these pieces, with so many seconds between them.
---@param pieces string[]
---@param seconds? number
---@return table reply
function answer.stream(pieces, seconds)
  local events = {}
  for i, piece in ipairs(pieces) do
    events[i] = chunk { content = piece }
  end
  events[#events + 1] = chunk({}, "stop")
  events[#events + 1] = { data = "[DONE]" }
  return { sse = events, chunk_delay = seconds or 0 }
end

--- A reply that streams events, each under the name that its type is.
---@param ... table
---@return table reply
function answer.events(...)
  local events = {}
  for i, event in ipairs { ... } do
    events[i] = { event = event.type, data = event }
  end
  return { sse = events }
end

--- A streamed answer in one go: all pieces arrive together.
---@param pieces string[]
---@return table reply
function answer.burst(pieces)
  local lines = {}
  for i, event in ipairs(answer.stream(pieces).sse) do
    lines[i] = "data: " .. (type(event.data) == "table" and cjson.encode(event.data) or event.data) .. "\n\n"
  end
  return { headers = { ["content-type"] = "text/event-stream" }, body = table.concat(lines) }
end

--- A streamed answer that never ends: "word " again and again.
---@param seconds? number
---@return table reply
function answer.endless(seconds)
  local words = {}
  for i = 1, 3000 do
    words[i] = "word "
  end
  return answer.stream(words, seconds or 0.02)
end

--- The text in an event of such an answer.
---@param event table
---@return string
function answer.text(event)
  local choice = event.choices and event.choices[1]
  return choice and choice.delta.content or ""
end

return answer
