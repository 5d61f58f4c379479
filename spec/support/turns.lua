-- A model's turns as the local API server plays them: of responses and of chat
-- completions, whole and streamed, in the same few words. And what a run sent.

local cjson = require "cjson"
local connect = require "spec.support.connect"

local turns = {}

local EMPTY = "no items" -- in place of an empty array, of which not every lua-cjson knows

local function encode(value)
  return (cjson.encode(value):gsub('"no items"', "[]"))
end

-- Responses

local responses = { name = "responses", operation = "responses.run" }

function responses.call(id, name, arguments, more)
  local item = { type = "function_call", id = "fc_" .. id, call_id = id, name = name, arguments = arguments or "{}",
    status = "completed" }
  for field, value in pairs(more or {}) do
    item[field] = value
  end
  return item
end

function responses.message(text, phase)
  return { type = "message", id = "msg_1", role = "assistant", status = "completed", phase = phase,
    content = { { type = "output_text", text = text } } }
end

function responses.usage()
  return { input_tokens = 10, output_tokens = 5, total_tokens = 15, input_tokens_details = { cached_tokens = 2 },
    output_tokens_details = { reasoning_tokens = 1 } }
end

function responses.summed(times)
  return { input_tokens = 10 * times, output_tokens = 5 * times, total_tokens = 15 * times,
    input_tokens_details = { cached_tokens = 2 * times }, output_tokens_details = { reasoning_tokens = times } }
end

--- A response of these items.
function responses.whole(items, more)
  local reply = { id = "resp_1", object = "response", status = "completed", model = "m", output = items,
    usage = responses.usage() }
  for field, value in pairs(more or {}) do
    reply[field] = value
  end
  return reply
end

function responses.streamed(items, more)
  local events = { { type = "response.created", response = { id = "resp_1", object = "response",
    status = "in_progress", output = EMPTY } } }
  for i, item in ipairs(items) do
    events[#events + 1] = { type = "response.output_item.added", output_index = i - 1,
      item = { type = item.type, id = item.id, phase = item.phase, status = "in_progress" } }
    for piece in (item.content and item.content[1].text or ""):gmatch "..?" do
      events[#events + 1] = { type = "response.output_text.delta", output_index = i - 1, item_id = item.id,
        content_index = 0, delta = piece }
    end
    events[#events + 1] = { type = "response.output_item.done", output_index = i - 1, item = item }
  end
  local whole = responses.whole(items, more)
  events[#events + 1] = { type = "response." .. whole.status, response = whole }
  local sse = {}
  for i, event in ipairs(events) do
    sse[i] = { event = event.type, data = encode(event) }
  end
  return sse
end

function responses.run(client, fields, options)
  fields.input = fields.input or (fields.resume == nil and "hi" or nil)
  return client.responses:run(fields, options)
end

--- The history that a request holds.
function responses.history(body)
  return body.input
end

--- The outputs in a history, by the ids of their calls, and those in order.
function responses.outputs(body)
  local found, order = {}, {}
  for _, item in ipairs(body.input) do
    if item.call_id and item.type:find "_output$" then
      found[item.call_id] = item.output
      order[#order + 1] = item.call_id
    end
  end
  return found, order
end

-- Chat completions

local chat = { name = "chat", operation = "chat.completions.run" }

function chat.call(id, name, arguments)
  return { id = id, type = "function", ["function"] = { name = name, arguments = arguments or "{}" } }
end

function chat.message(text)
  return { text = text }
end

function chat.usage()
  return { prompt_tokens = 10, completion_tokens = 5, total_tokens = 15,
    completion_tokens_details = { reasoning_tokens = 1 } }
end

function chat.summed(times)
  return { prompt_tokens = 10 * times, completion_tokens = 5 * times, total_tokens = 15 * times,
    completion_tokens_details = { reasoning_tokens = times } }
end

local function message_of(parts)
  local message = { role = "assistant", content = cjson.null }
  for _, part in ipairs(parts) do
    if part.text then
      message.content = part.text
    else
      message.tool_calls = message.tool_calls or {}
      table.insert(message.tool_calls, part)
    end
  end
  return message
end

function chat.whole(parts, more)
  local message = message_of(parts)
  local reply = { id = "c1", object = "chat.completion", model = "m", usage = chat.usage(), choices = { { index = 0,
    message = message, finish_reason = message.tool_calls and "tool_calls" or "stop" } } }
  for field, value in pairs(more or {}) do
    reply.choices[1][field] = value
  end
  return reply
end

function chat.streamed(parts, more)
  local whole, sse = chat.whole(parts, more), {}
  local choice = whole.choices[1]
  local function add(delta, finish, usage)
    local chunk = { id = "c1", object = "chat.completion.chunk", model = "m", usage = usage,
      choices = delta and { { index = 0, delta = delta, finish_reason = finish or cjson.null } } or EMPTY }
    sse[#sse + 1] = { data = encode(chunk) }
  end
  for i, call in ipairs(choice.message.tool_calls or {}) do
    add { role = "assistant", tool_calls = { { index = i - 1, id = call.id, type = "function",
      ["function"] = { name = call["function"].name, arguments = "" } } } }
    for piece in call["function"].arguments:gmatch "..?" do
      add { tool_calls = { { index = i - 1, ["function"] = { arguments = piece } } } }
    end
  end
  for piece in (type(choice.message.content) == "string" and choice.message.content or ""):gmatch "..?" do
    add { content = piece }
  end
  add({ content = "" }, choice.finish_reason)
  add(nil, nil, whole.usage)
  sse[#sse + 1] = { data = "[DONE]" }
  return sse
end

function chat.run(client, fields, options)
  fields.messages = fields.messages or fields.input or (fields.resume == nil and { { role = "user", content = "hi" } }
    or nil)
  fields.input = nil
  return client.chat.completions:run(fields, options)
end

function chat.history(body)
  return body.messages
end

function chat.outputs(body)
  local found, order = {}, {}
  for _, message in ipairs(body.messages) do
    if message.role == "tool" then
      found[message.tool_call_id] = message.content
      order[#order + 1] = message.tool_call_id
    end
  end
  return found, order
end

-- Both

local function style(api, is_streamed)
  local of = setmetatable({ is_streamed = is_streamed, title = api.name .. (is_streamed and ", streamed" or "") },
    { __index = api })

  --- A reply of these calls and messages. `extra` are fields of the server's.
  function of.reply(parts, more, extra)
    local reply = is_streamed and { sse = api.streamed(parts, more) } or { json = api.whole(parts, more) }
    for field, value in pairs(extra or {}) do
      reply[field] = value
    end
    return reply
  end

  --- A client and the scene of its turns: each is the list of what it holds,
  --- or a reply.
  function of.scene(server, list, options)
    local replies = {}
    for i, turn in ipairs(list) do
      replies[i] = turn[1] and of.reply(turn) or turn
    end
    local scene = server:scenario { replies = replies }
    return connect.to(scene, options or { max_retries = 0 }), scene
  end

  --- A run. What is given is that of `run`, but for the model.
  function of.run(client, fields, options)
    fields.model, fields.stream = "m", is_streamed or nil
    return api.run(client, fields, options)
  end

  return of
end

--- The ways in which a run may ask: each API, whole and streamed.
turns.styles = { style(responses, false), style(responses, true), style(chat, false), style(chat, true) }
turns.responses, turns.streamed_responses, turns.chat, turns.streamed_chat = (table.unpack or unpack)(turns.styles) -- luacheck: ignore

--- The body of a scene's request.
function turns.body(scene, number)
  return cjson.decode(scene:requests()[number].body)
end

--- The types of a run's events, and the ids of the calls that they are about,
--- as one text: "turn_started tool_started:c1 ...".
function turns.told(run, seen)
  local list = {}
  for event in run:events() do
    list[#list + 1] = event.type .. (event.id and ":" .. event.id or "")
    if seen then
      seen(event)
    end
  end
  return table.concat(list, " ")
end

return turns
