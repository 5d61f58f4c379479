-- Replies that came whole although a stream was asked for, as the events that
-- a stream would have had: some models and servers ignore `stream`. Pure.

local base64 = require "oai.codec.base64"
local json = require "oai.codec.json"
local options = require "oai.options"
local sniff = require "oai.codec.sniff"
local tables = require "oai.tables"

local merge = options.merge

local whole = {}

local DONE = "[DONE]"

--- Whether a list has a table in it, as each list of an answer has.
local function has_any(list)
  local next_table, all, at = tables(list)
  return next_table(all, at) ~= nil
end

--- A message as one delta, in which every tool call has its index.
local function as_delta(message)
  if type(message) ~= "table" or not has_any(message.tool_calls) then
    return message
  end
  local indexed = {}
  for i, call in tables(message.tool_calls) do
    indexed[#indexed + 1] = merge(call, { index = i - 1 })
  end
  return merge(message, { tool_calls = indexed })
end

local function chat(completion)
  if not has_any(completion.choices) then
    return nil
  end
  local deltas = {}
  for i, choice in tables(completion.choices) do
    local part = merge(choice, { index = choice.index or i - 1, delta = as_delta(choice.message) })
    part.message = nil
    deltas[#deltas + 1] = part
  end
  return { merge(completion, { object = "chat.completion.chunk", choices = deltas }), DONE }
end

local function completions(completion)
  return has_any(completion.choices) and { completion, DONE } or nil
end

local LAST = { completed = true, incomplete = true, failed = true }

local function responses(response)
  if not has_any(response.output) and response.object ~= "response" then
    return nil
  end
  local events = {}
  for i, item in tables(response.output) do
    for j, part in tables(item.content) do
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
    merge(reply, { type = "transcript.text.done" }),
  }
end

local function images(reply)
  local events = {}
  for _, image in tables(reply.data) do
    local event = merge(merge(reply, image), { type = "image_generation.completed", created_at = reply.created })
    event.data = nil
    events[#events + 1] = event
  end
  return events[1] and events or nil
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
