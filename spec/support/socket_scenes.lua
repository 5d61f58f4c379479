-- Ready-made conversations over sockets, as scenarios of the local API server:
-- Realtime, translations, Responses and Live, in the API's events and order.
-- What is said, called or played is the spec's; ids are told by it or counted.

local cjson = require "cjson"
local mime = require "mime"
local operations = require "spec.support.operations"

local AUDIO_PIECE = 4800 -- bytes: a tenth of a second of 24 kHz PCM
local EXPIRES = 4102444800 -- in 2100
local NONE = "{{[]}}" -- an empty list, which lua-cjson would write as an object

local count = 0

local scenes = {}

local function new_event_id()
  count = count + 1
  return "event_" .. count
end

-- An event of that type with these fields, as a step; `fields.event_id` may be false: it has none.
local function event(type_name, fields)
  local sent = { type = type_name, event_id = new_event_id() }
  for name, value in pairs(fields or {}) do sent[name] = value end
  if not sent.event_id then sent.event_id = nil end
  return { send = sent }
end

local function append(list, ...)
  for _, step in ipairs { ... } do list[#list + 1] = step end
end

-- A text in pieces that end behind its spaces.
local function words(text)
  local pieces = {}
  for piece in text:gmatch "%S+%s*" do pieces[#pieces + 1] = piece end
  return pieces
end

local function pieces_of(bytes, size)
  local pieces = {}
  for at = 1, #bytes, size do pieces[#pieces + 1] = bytes:sub(at, at + size - 1) end
  return pieces
end

-- Lists of steps for the turns of a conversation, from what is said in each: one, or a list.
local function turns(said, steps_of)
  local lists = {}
  for i, one in ipairs(said[1] and said or { said }) do lists[i] = steps_of(one, i) end
  return lists
end

-- Realtime

local USAGE = {
  total_tokens = 30, input_tokens = 20, output_tokens = 10,
  input_token_details = { text_tokens = 20, audio_tokens = 0, image_tokens = 0, cached_tokens = 0 },
  output_token_details = { text_tokens = 10, audio_tokens = 0 },
}

local function realtime_session(options)
  return {
    type = "realtime", object = "realtime.session", id = options.session_id or "sess_1",
    model = options.model or "gpt-realtime", output_modalities = { options.modality or "text" },
    expires_at = options.expires_at or EXPIRES,
  }
end

-- A part of a message, its content and the events between its beginning and its end.
local function text_part(said, place)
  local steps = {}
  for _, delta in ipairs(words(said.text)) do
    append(steps, event("response.output_text.delta", place { delta = delta }))
  end
  append(steps, event("response.output_text.done", place { text = said.text }))
  return { type = "output_text", text = said.text }, { type = "text", text = said.text }, steps
end

local function audio_part(said, place)
  local steps, transcript = {}, said.transcript or ""
  for _, delta in ipairs(words(transcript)) do
    append(steps, event("response.output_audio_transcript.delta", place { delta = delta }))
  end
  for _, piece in ipairs(pieces_of(said.audio, said.piece or AUDIO_PIECE)) do
    append(steps, event("response.output_audio.delta", place { delta = mime.b64(piece) }))
  end
  append(steps, event("response.output_audio.done", place {}),
    event("response.output_audio_transcript.done", place { transcript = transcript }))
  return { type = "output_audio", transcript = transcript }, { type = "audio", transcript = transcript }, steps
end

local function message_steps(said, steps, place, item)
  local content_place = function(fields)
    fields.content_index = 0
    return place(fields)
  end
  local content, part, events = (said.audio and audio_part or text_part)(said, content_place)
  append(steps, event("response.content_part.added", content_place { part = { type = part.type } }))
  append(steps, operations.unpack(events))
  append(steps, event("response.content_part.done", content_place { part = part }))
  item.content = { content }
end

local function call_steps(said, steps, place, item)
  local call_place = function(fields)
    fields.call_id = item.call_id
    return place(fields)
  end
  for _, piece in ipairs(pieces_of(said.arguments, 5)) do
    append(steps, event("response.function_call_arguments.delta", call_place { delta = piece }))
  end
  append(steps, event("response.function_call_arguments.done",
    call_place { name = said.call, arguments = said.arguments }))
  item.arguments = said.arguments
end

local function realtime_item(said, n, finished)
  local item = {
    id = said.item_id or "item_" .. n, object = "realtime.item", status = finished and "completed" or "in_progress",
  }
  if said.call then
    item.type, item.name, item.call_id, item.arguments = "function_call", said.call, said.call_id or "call_" .. n, ""
  else
    item.type, item.role, item.content = "message", "assistant", NONE
  end
  return item
end

local function realtime_response(id, status, output, usage)
  return {
    object = "realtime.response", id = id, status = status, status_details = cjson.null, output = output,
    conversation_id = "conv_1", usage = usage or cjson.null, metadata = "{{event:response.metadata}}",
  }
end

--- The steps of one response of a Realtime conversation, the `n`th. `said` has `text`, or `audio`
--- (bytes) with a `transcript`, or `call` (a function's name) with `arguments` (JSON); `id`,
--- `item_id`, `call_id`; `status` other than "completed".
function scenes.realtime_response(said, n)
  local id = said.id or "resp_" .. n
  local item = realtime_item(said, n, true)
  local function place(fields)
    fields.response_id, fields.item_id, fields.output_index = id, item.id, 0
    return fields
  end
  local steps = {
    event("response.created", { response = realtime_response(id, "in_progress", NONE) }),
    event("response.output_item.added", { response_id = id, output_index = 0, item = realtime_item(said, n) }),
    event("conversation.item.added", { item = realtime_item(said, n) }),
  };
  (said.call and call_steps or message_steps)(said, steps, place, item)
  append(steps, event("response.output_item.done", { response_id = id, output_index = 0, item = item }),
    event("conversation.item.done", { item = item }),
    event("response.done", { response = realtime_response(id, said.status or "completed", { item }, USAGE) }),
    event("rate_limits.updated", { rate_limits = {
      { name = "tokens", limit = 50000, remaining = 49950, reset_seconds = 60 },
    } }))
  return steps
end

--- A Realtime endpoint. Of `options`, `said` is what `scenes.realtime_response` takes, or a list of these, one
--- for each `response.create`; `session_id`, `model`, `modality`, `expires_at` are the session's.
function scenes.realtime(options)
  local session = realtime_session(options)
  return {
    steps = { event("session.created", { session = session }) },
    on = {
      ["session.update"] = { event("session.updated", { session = "{{event:session}}" }) },
      ["conversation.item.create"] = {
        event("conversation.item.added", { previous_item_id = "{{event:previous_item_id}}", item = "{{event:item}}" }),
        event("conversation.item.done", { previous_item_id = "{{event:previous_item_id}}", item = "{{event:item}}" }),
      },
      ["conversation.item.delete"] = { event("conversation.item.deleted", { item_id = "{{event:item_id}}" }) },
      ["conversation.item.truncate"] = { event("conversation.item.truncated", {
        item_id = "{{event:item_id}}", content_index = "{{event:content_index}}",
        audio_end_ms = "{{event:audio_end_ms}}",
      }) },
      ["input_audio_buffer.commit"] = {
        event("input_audio_buffer.committed", { previous_item_id = cjson.null, item_id = "item_heard" }),
      },
      ["input_audio_buffer.clear"] = { event "input_audio_buffer.cleared" },
      ["response.create"] = turns(options.said or { text = "Hello there." }, scenes.realtime_response),
    },
  }
end

--- A Realtime translation: the transcript is said when audio comes, `session.close` ends it.
function scenes.translation(options)
  local session = {
    id = "sess_1", type = "translation", model = options.model or "gpt-realtime-translate", expires_at = EXPIRES,
    audio = { output = { language = "en" } },
  }
  local heard = { event("session.input_transcript.delta", { delta = options.heard or "Guten Tag", elapsed_ms = 200 }) }
  for _, delta in ipairs(words(options.text or "Good day")) do
    append(heard, event("session.output_transcript.delta", { delta = delta, elapsed_ms = 400 }))
  end
  append(heard, event("session.output_audio.delta", {
    delta = mime.b64(options.audio or "\0\1"), sample_rate = 24000, channels = 1, format = "pcm16",
  }))
  return {
    steps = { event("session.created", { session = session }) },
    on = {
      ["session.update"] = { event("session.updated", { session = "{{event:session}}" }) },
      ["session.input_audio_buffer.append"] = { heard, {} },
      ["session.close"] = { event "session.closed", { close = 1000 } },
    },
  }
end

-- Responses

local RESPONSE_USAGE = {
  input_tokens = 20, input_tokens_details = { cached_tokens = 0, cache_write_tokens = 0 }, output_tokens = 10,
  output_tokens_details = { reasoning_tokens = 0 }, total_tokens = 30,
}

-- The content of a message.
local function text_content(text)
  return { type = "output_text", text = text, annotations = NONE, logprobs = NONE }
end

local function response_object(id, status, output)
  return {
    id = id, object = "response", created_at = 1780000000, status = status, model = "{{event:model}}",
    previous_response_id = "{{event:previous_response_id}}", output = output, parallel_tool_calls = true,
    tool_choice = "auto", tools = NONE, error = cjson.null, incomplete_details = cjson.null,
    instructions = cjson.null, metadata = {}, temperature = 1, top_p = 1,
    usage = status == "completed" and RESPONSE_USAGE or cjson.null,
  }
end

local function output_item(said, n, finished)
  local item = { status = finished and "completed" or "in_progress" }
  if said.call then
    item.type, item.id, item.call_id = "function_call", said.item_id or "fc_" .. n, said.call_id or "call_" .. n
    item.name, item.arguments = said.call, finished and said.arguments or ""
  else
    item.type, item.id, item.role = "message", said.item_id or "msg_" .. n, "assistant"
    item.content = finished and { text_content(said.text) } or NONE
  end
  return item
end

local function text_events(said, add)
  local place = { output_index = 0, content_index = 0 }
  local function with(fields)
    for name, value in pairs(place) do fields[name] = value end
    return fields
  end
  add("response.content_part.added", with { part = text_content "" })
  for _, delta in ipairs(words(said.text)) do
    add("response.output_text.delta", with { delta = delta, logprobs = NONE })
  end
  add("response.output_text.done", with { text = said.text, logprobs = NONE })
  add("response.content_part.done", with { part = text_content(said.text) })
end

local function call_events(said, add)
  for _, delta in ipairs(pieces_of(said.arguments, 5)) do
    add("response.function_call_arguments.delta", { output_index = 0, delta = delta })
  end
  add("response.function_call_arguments.done", { output_index = 0, name = said.call, arguments = said.arguments })
end

--- The steps of one response over a Responses socket, the `n`th, in the lane that asked. `said` has `text`, or
--- `call` with `arguments`; `id`, `item_id`, `call_id`; `wait`: seconds between its events.
function scenes.responses_response(said, n)
  local steps, id, number = {}, said.id or "resp_" .. n, 0
  local function add(type_name, fields)
    fields.type, fields.sequence_number, fields.stream_id = type_name, number, "{{event:stream_id}}"
    if fields.output_index and not fields.item then fields.item_id = output_item(said, n).id end
    number = number + 1
    if said.wait then append(steps, { wait = said.wait }) end
    append(steps, { send = fields })
  end
  add("response.created", { response = response_object(id, "in_progress", NONE) })
  add("response.in_progress", { response = response_object(id, "in_progress", NONE) })
  add("response.output_item.added", { output_index = 0, item = output_item(said, n) });
  (said.call and call_events or text_events)(said, add)
  add("response.output_item.done", { output_index = 0, item = output_item(said, n, true) })
  add("response.completed", { response = response_object(id, "completed", { output_item(said, n, true) }) })
  return steps
end

--- A Responses endpoint, where lanes are answered beside each other. `options.said` is what
--- `scenes.responses_response` takes, or a list of these, one for each `response.create`.
function scenes.responses(options)
  return {
    beside = true,
    on = { ["response.create"] = turns(options.said or { text = "Hello there." }, scenes.responses_response) },
  }
end

-- Live

local function live_session(options)
  return {
    id = options.session_id or "live_1", expires_at = options.expires_at or EXPIRES,
    model = options.model or "gpt-live-1", status = "active",
  }
end

-- An event that answers one of the client's.
local function answer(type_name, fields)
  fields = fields or {}
  fields.client_event_id = "{{event:event_id}}"
  return event(type_name, fields)
end

local function live_turn(said, n)
  local steps, from = {}, (n - 1) * 2000
  if said.heard then
    append(steps, event("session.input_transcript.delta", {
      delta = said.heard, start_ms = from, end_ms = from + 500,
    }))
  end
  for i, delta in ipairs(words(said.text)) do
    append(steps, event("session.output_transcript.delta", {
      delta = delta, start_ms = from + 500 + 100 * i, end_ms = from + 600 + 100 * i,
    }))
  end
  for _, piece in ipairs(pieces_of(said.audio or "", said.piece or AUDIO_PIECE)) do
    append(steps, event("session.output_audio.delta", { event_id = false, delta = mime.b64(piece) }))
  end
  return steps
end

--- A Live endpoint, a session or a fork of one. `options.said` has `text` with `audio` and `heard`, or is a list of
--- these, one for each `session.input_audio.append`; `session_id`, `model`, `expires_at` are the session's. With
--- `attached` the session is there already: a sideband. `options.usage`: what is told at the end.
function scenes.live(options)
  local session = live_session(options)
  local started = answer("session.started", { session = session })
  return {
    steps = options.attached and { event("session.started", { session = session }) } or {},
    on = {
      ["session.start"] = { started },
      ["session.update"] = { answer("session.updated", { session = session }) },
      ["session.input_audio.append"] = turns(options.said or { text = "Hello there." }, live_turn),
      ["session.input_audio.mute"] = { answer "session.input_audio.muted" },
      ["session.input_audio.unmute"] = { answer "session.input_audio.unmuted" },
      ["session.commentary.append"] = { answer("session.commentary.appended", { start_ms = 0, end_ms = 0 }) },
      ["session.close"] = {
        answer("session.closed", {
          reason = "close_requested", session = session, usage = options.usage or { seconds = 3 },
        }),
        { close = 1000 },
      },
    },
  }
end

return scenes
