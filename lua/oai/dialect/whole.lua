-- Replies that came whole although a stream was asked for, as the events that
-- a stream would have had: some models and servers ignore `stream`. Pure.

local base64 = require "oai.codec.base64"
local json = require "oai.codec.json"
local sniff = require "oai.codec.sniff"

local whole = {}

local DONE = "[DONE]"

local function with(fields, more)
  local merged = {}
  for name, value in pairs(fields) do
    merged[name] = value
  end
  for name, value in pairs(more) do
    merged[name] = value
  end
  return merged
end

--- The items of a list that are tables; nil where there is none.
local function tables_of(list)
  local found = {}
  for _, item in ipairs(type(list) == "table" and list or found) do
    found[#found + 1] = type(item) == "table" and item or nil
  end
  return found[1] and found or nil
end

--- A message as one delta, in which every tool call has its index.
local function as_delta(message)
  local calls = type(message) == "table" and tables_of(message.tool_calls)
  if not calls then
    return message
  end
  local indexed = {}
  for i, call in ipairs(calls) do
    indexed[i] = with(call, { index = i - 1 })
  end
  return with(message, { tool_calls = indexed })
end

local function chat(completion)
  local choices = tables_of(completion.choices)
  if not choices then
    return nil
  end
  local deltas = {}
  for i, choice in ipairs(choices) do
    deltas[i] = with(choice, { index = choice.index or i - 1, delta = as_delta(choice.message) })
    deltas[i].message = nil
  end
  return { with(completion, { object = "chat.completion.chunk", choices = deltas }), DONE }
end

local function completions(completion)
  return tables_of(completion.choices) and { completion, DONE }
end

local LAST = { completed = true, incomplete = true, failed = true }

local function responses(response)
  local output = tables_of(response.output)
  if not output and response.object ~= "response" then
    return nil
  end
  local events = {}
  for i, item in ipairs(output or events) do
    for j, part in ipairs(tables_of(item.content) or {}) do
      if part.type == "output_text" and type(part.text) == "string" then
        events[#events + 1] = { type = "response.output_text.delta", output_index = i - 1, content_index = j - 1,
          delta = part.text }
      end
    end
  end
  local status = response.status or "completed"
  events[#events + 1] = { type = LAST[status] and "response." .. status or "response.in_progress", response = response }
  return events
end

local function transcription(reply)
  if type(reply.text) ~= "string" then
    return nil
  end
  return {
    { type = "transcript.text.delta", delta = reply.text },
    with(reply, { type = "transcript.text.done" }),
  }
end

local function images(reply)
  local data = tables_of(reply.data)
  if not data then
    return nil
  end
  local events = {}
  for i, image in ipairs(data) do
    events[i] = with(with(reply, image), { type = "image_generation.completed", created_at = reply.created })
    events[i].data = nil
  end
  return events
end

local function assistants(run)
  return run.object == "thread.run" and { { event = "thread.run." .. tostring(run.status), data = run }, DONE } or nil
end

local FROM_JSON = {
  chat = chat, completions = completions, responses = responses, transcription = transcription, images = images,
  assistants = assistants,
  raw = function(value)
    return { value, DONE }
  end,
}

local FROM_BYTES = {
  -- `response_format` may ask for a text, or for subtitles.
  transcription = function(text, media_type)
    return media_type:find("^text/") and sniff.kind(text) == "text" and transcription { text = text } or nil
  end,
  speech = function(bytes, media_type)
    return (media_type:find("^audio/") or media_type:find("octet-stream", 1, true))
      and { { type = "speech.audio.delta", audio = base64.encode(bytes) }, { type = "speech.audio.done" } } or nil
  end,
}

--- The events of a reply; nil where it has nothing that its stream would have
--- had.
---@param dialect string     its name
---@param body string
---@param media_type? string  as the reply says
---@return any[]? events  those of a dialect with names are `{ event = name, data = value }`; "[DONE]" is the end
function whole.events(dialect, body, media_type)
  local value = sniff.kind(body) == "json" and json.decode(body)
  if type(value) == "table" then
    return FROM_JSON[dialect] and FROM_JSON[dialect](value)
  end
  return FROM_BYTES[dialect] and FROM_BYTES[dialect](body, (media_type or ""):lower())
end

require "oai.interpret" ()

return whole
