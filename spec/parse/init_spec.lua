-- client.responses:parse and client.chat.completions:parse: answers as values
-- of a schema, and what becomes of those that are none.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local formats = require "oai.parse.format"
local oai = require "oai"
local server = require("spec.support.server").start()

local s = oai.schema

local SCHEMA = s.object { { "reasoning", s.string() }, { "legs", s.integer() } }
local GOOD = '{"reasoning":"three times eight, and two","legs":26}'
local VALUE = { reasoning = "three times eight, and two", legs = 26 }
local WEATHER = s.object { { "city", s.string() } }

--- The two APIs: how the same answers are asked for and given. `call` is a
--- pair of a name and arguments.
local APIS = {}

APIS.responses = {
  path = "/responses",
  usage = { "input_tokens", "output_tokens", "input_tokens_details", "cached_tokens" },
  parse = function(client, format, options, more)
    local params = { model = "m", input = "How many legs?", text_format = format }
    for name, value in pairs(more or {}) do
      params[name] = value
    end
    return client.responses:parse(params, options)
  end,
  tool = function(parameters)
    return { type = "function", name = "weather", parameters = parameters, strict = true }
  end,
  reply = function(text, call)
    local output = oai.array {}
    if text then
      output[1] = { type = "message", role = "assistant", content = { { type = "output_text", text = text } } }
    end
    if call then
      output[#output + 1] = { type = "function_call", call_id = "c1", name = call[1], arguments = call[2] }
    end
    return { id = "resp_1", object = "response", status = "completed", output = output,
      usage = { input_tokens = 10, output_tokens = 5, input_tokens_details = { cached_tokens = 2 } } }
  end,
  cut = function(reason)
    local reply = APIS.responses.reply '{"reasoning":"thr'
    reply.status, reply.incomplete_details = "incomplete", { reason = reason }
    return reply
  end,
  length = "max_output_tokens",
  refused = function(text)
    local reply = APIS.responses.reply()
    reply.output = { { type = "message", role = "assistant", content = { { type = "refusal", refusal = text } } } }
    return reply
  end,
  value = function(reply)
    return reply.output_parsed, ((reply.output[1] or {}).content or { {} })[1].parsed
  end,
  arguments = function(reply)
    return reply.output[#reply.output].parsed_arguments
  end,
  said = function(body)
    return body.input
  end,
  schema = function(body)
    return body.text.format
  end,
  events = function(reply)
    local text, events = reply.output[1].content[1].text, {}
    for at = 1, #text, 7 do
      events[#events + 1] = { data = { type = "response.output_text.delta", output_index = 0, content_index = 0,
        delta = text:sub(at, at + 6) } }
    end
    events[#events + 1] = { data = { type = "response." .. reply.status, response = reply } }
    return events
  end,
}

APIS.chat = {
  path = "/chat/completions",
  usage = { "prompt_tokens", "completion_tokens", "prompt_tokens_details", "cached_tokens" },
  parse = function(client, format, options, more)
    local params = { model = "m", messages = { { role = "user", content = "How many legs?" } },
      response_format = format }
    for name, value in pairs(more or {}) do
      params[name] = value
    end
    return client.chat.completions:parse(params, options)
  end,
  tool = function(parameters)
    return { type = "function", ["function"] = { name = "weather", parameters = parameters, strict = true } }
  end,
  reply = function(text, call)
    local message = { role = "assistant", content = text }
    if call then
      message.tool_calls = { { id = "c1", type = "function", ["function"] = { name = call[1], arguments = call[2] } } }
    end
    return { id = "c1", object = "chat.completion", choices = { { index = 0, message = message,
      finish_reason = call and "tool_calls" or "stop" } }, usage = { prompt_tokens = 10, completion_tokens = 5,
      prompt_tokens_details = { cached_tokens = 2 } } }
  end,
  cut = function(reason)
    local reply = APIS.chat.reply '{"reasoning":"thr'
    reply.choices[1].finish_reason = reason
    return reply
  end,
  length = "length",
  refused = function(text)
    local reply = APIS.chat.reply()
    reply.choices[1].message.refusal = text
    return reply
  end,
  value = function(reply)
    local parsed = reply.choices[1].message.parsed
    return parsed, parsed
  end,
  arguments = function(reply)
    return reply.choices[1].message.tool_calls[1]["function"].parsed_arguments
  end,
  said = function(body)
    return body.messages
  end,
  schema = function(body)
    local format = body.response_format.json_schema
    format.type = body.response_format.type
    return format
  end,
  events = function(reply)
    local choice, events = reply.choices[1], {}
    for at = 1, #choice.message.content, 7 do
      events[#events + 1] = { data = { id = "c1", object = "chat.completion.chunk", choices = { { index = 0,
        delta = { content = choice.message.content:sub(at, at + 6) } } } } }
    end
    events[#events + 1] = { data = { id = "c1", choices = { { index = 0, delta = {},
      finish_reason = choice.finish_reason } } } }
    events[#events + 1] = "data: [DONE]\n\n"
    return events
  end,
}

--- A reply of responses with these items.
local function with_items(...)
  local reply = APIS.responses.reply()
  reply.output = oai.array { ... }
  return reply
end

--- A reply of chat completions whose message has these fields.
local function with_message(fields)
  local reply = APIS.chat.reply()
  reply.choices[1].message = fields
  return reply
end

local WAY = { type = "output_text", text = "Let me see" }
local HOSTED = { type = "web_search_call", id = "ws_1", status = "completed" }
APIS.responses.nothing = { with_items(), with_items { type = "reasoning", id = "rs_1", summary = oai.array {} },
  with_items(HOSTED), APIS.responses.reply "",
  with_items { type = "message", role = "assistant", content = oai.array {} },
  with_items { type = "message", role = "assistant", phase = "commentary", content = { WAY } } }
APIS.responses.called = {}
for i, call in ipairs { { type = "custom_tool_call", name = "x", input = "" }, { type = "computer_call" },
  { type = "mcp_approval_request", name = "x" }, { type = "tool_search_call", execution = "client" } } do
  APIS.responses.called[i] = with_items(call)
end
local no_choices = APIS.chat.reply()
no_choices.choices = oai.array {}
APIS.chat.nothing = { APIS.chat.reply(), APIS.chat.reply "", no_choices,
  with_message { role = "assistant", content = oai.array {} },
  with_message { role = "assistant", content = "", tool_calls = oai.array {}, reasoning_content = "so" } }
APIS.chat.called = { APIS.chat.reply(nil, { "f", "{}" }), APIS.chat.reply("", { "f", "{}" }),
  with_message { role = "assistant", function_call = { name = "f", arguments = "{}" } } }

local function bodies(scene)
  local list = {}
  for i, request in ipairs(scene:requests()) do
    list[i] = oai.json.decode(request.body)
  end
  return list
end

for name, api in pairs(APIS) do
  describe("parse of " .. name, function()
    --- A client that is given these replies, one after the other.
    local function against(...)
      local replies = {}
      for i, reply in ipairs { ... } do
        replies[i] = { json = reply }
      end
      local scene = server:scenario { replies = replies }
      return connect.to(scene, { max_retries = 0 }), scene
    end

    it("gives the answer as a value, which no field has", function()
      local client, scene = against(api.reply(GOOD))
      local reply, facts = assert(api.parse(client, SCHEMA))
      local value, of_part = api.value(reply)
      assert.same(VALUE, value)
      assert.equal(value, of_part)
      assert.equal(200, facts.status)
      assert.is_nil(oai.json.encode(reply):find("parsed", 1, true))
      assert.equal(oai.json.encode(api.reply(GOOD)), oai.json.encode(reply))
      assert.equal("POST /v1" .. api.path, scene:requests()[1].method .. " " .. scene:requests()[1].path)
    end)

    it("sends the schema in its order, strict and named", function()
      local client, scene = against(api.reply(GOOD))
      assert(api.parse(client, SCHEMA))
      local body = scene:requests()[1].body
      assert.truthy(body:find('"properties":{"reasoning":{"type":"string"},"legs":{"type":"integer"}}', 1, true), body)
      assert.truthy(body:find('"required":["reasoning","legs"]', 1, true))
      local format = api.schema(bodies(scene)[1])
      assert.same({ "json_schema", "answer", true }, { format.type, format.name, format.strict })
      assert.is_nil(bodies(scene)[1].text_format)
    end)

    it("takes JSON text, and formats as both APIs have them", function()
      local text = '{"title":"The legs!","type":"object","properties":{"reasoning":{"type":"string"},"legs":'
        .. '{"type":"number"}},"required":["reasoning","legs"]}'
      for expected, format in pairs {
        ["The_legs_"] = text,
        [("l"):rep(64)] = text:gsub("The legs!", ("l"):rep(70)),
        legs = { type = "json_schema", name = "legs", schema = text },
        leg = { type = "json_schema", json_schema = { name = "leg", schema = text } },
      } do
        local client, scene = against(api.reply(GOOD))
        assert.same(VALUE, (api.value(assert(api.parse(client, format)))))
        local body = scene:requests()[1].body
        assert.truthy(body:find('"properties":{"reasoning":{"type":"string"},"legs":{"type":"number"}}', 1, true), body)
        assert.equal(expected, api.schema(bodies(scene)[1]).name)
        assert.is_true(api.schema(bodies(scene)[1]).strict)
        assert.is_false(api.schema(bodies(scene)[1]).schema.additionalProperties)
      end
    end)

    it("leaves a schema as it is that is said not to be strict", function()
      local client, scene = against(api.reply '{"x":1}')
      local schema = s.map(s.number())
      assert.same({ x = 1 }, (api.value(assert(api.parse(client, { type = "json_schema", name = "a", strict = false,
        schema = schema })))))
      local format = api.schema(bodies(scene)[1])
      assert.is_false(format.strict)
      assert.equal(oai.json.encode(schema), oai.json.encode(format.schema))
    end)

    it("takes any JSON where a JSON object is asked for, and text where none is", function()
      local client = against(api.reply '{"x":[]}', api.reply "text", api.reply "text")
      assert.same({ x = {} }, (api.value(assert(api.parse(client, { type = "json_object" })))))
      assert.is_nil((api.value(assert(api.parse(client)))))
      assert.is_nil((api.value(assert(api.parse(client, { type = "text" })))))
      for _, kind in ipairs { "grammar", "python" } do
        assert.is_nil(formats.read({ type = kind }, "parse"))
      end
    end)

    it("raises what is no schema, or none for strict mode", function()
      local client = against(api.reply(GOOD))
      for expected, format in pairs {
        ["the format must be a schema, got number"] = 1, ["the schema is no JSON: unexpected end"] = "{",
        ["the schema is not fit for strict mode: at `<root>`: the outermost"] = s.array(s.string()),
        ["expected a schema, got nil"] = { type = "json_schema" },
      } do
        local well, message = pcall(api.parse, client, format)
        assert.is_false(well)
        assert.truthy(message:find(".parse: " .. expected, 1, true), message)
        assert.truthy(message:find "init_spec.lua:%d+: oai: ", message)
      end
    end)

    --- Asks, and holds what comes against an error that carries the reply.
    local function check_error(reply, kind, message, tools)
      local client = against(reply)
      local value, err = api.parse(client, SCHEMA, nil, { tools = tools })
      assert.is_nil(value)
      assert.is_true(oai.is_error(err))
      assert.equal(kind, err.kind)
      assert.truthy(err.message:find(message, 1, true), err.message)
      assert.same(oai.json.decode(oai.json.encode(reply)), err.completion)
      assert.truthy(err.request_id and err.operation:find ".parse$" and err.where:find "init_spec")
      return err
    end

    it("tells an answer that was cut off", function()
      local err = check_error(api.cut(api.length), "length", "was cut off")
      assert.equal(api.length, err.reason)
      assert.equal('{"reasoning":"thr', err.text)
    end)

    it("tells one that the content filter has stopped", function()
      assert.equal('{"reasoning":"thr', check_error(api.cut "content_filter", "content_filter", "content filter").text)
    end)

    it("tells a refusal", function()
      check_error(api.refused "I cannot do that", "refusal", "I cannot do that")
    end)

    it("tells what is no JSON", function()
      local err = check_error(api.reply "twenty-six", "not_json", "the answer is no JSON")
      assert.equal("twenty-six", err.text)
      check_error(api.reply(GOOD .. "x"), "not_json", "the answer is no JSON")
    end)

    it("tells a reply without an answer", function()
      for _, reply in ipairs(api.nothing) do
        assert.equal("", check_error(reply, "no_answer", "there is no answer").text)
        assert.truthy(api.parse((against(reply))))
      end
    end)

    it("wants no answer beside calls, of whatever kind", function()
      for _, reply in ipairs(api.called) do
        assert.is_nil((api.value(assert(api.parse((against(reply)), SCHEMA)))))
      end
    end)

    it("tells a reply without an answer after a stream", function()
      local client = connect.to(server:scenario { replies = { { sse = api.events(api.reply "") } } })
      local value, err = assert(api.parse(client, SCHEMA, nil, { stream = true })):final()
      assert.same({ nil, "no_answer", "table" }, { value, err.kind, type(err.completion) })
    end)

    it("asks again where there was no answer, of which nothing is sent", function()
      local client, scene = against(api.nothing[1], api.reply(GOOD))
      assert.same(VALUE, (api.value(assert(api.parse(client, SCHEMA, { ask_again = 1 })))))
      local said = api.said(bodies(scene)[2])
      assert.same({ 2, "user", "user" }, { #said, said[1].role, said[2].role })
    end)

    it("tells what is of another shape, and where", function()
      local err = check_error(api.reply '{"legs":"many"}', "wrong_shape", "legs: expected integer, got a string")
      assert.same({ "reasoning", "legs" }, { err.faults[1].path, err.faults[2].path })
    end)

    it("gives the arguments of calls as values", function()
      local client, scene = against(api.reply(nil, { "weather", '{"city":"Oslo"}' }), api.reply(nil, { "weather",
        " " }),
        api.reply("Let me see", { "other", '{"a":' }))
      local tools = { api.tool(oai.json.encode(WEATHER)) }
      local reply = assert(api.parse(client, SCHEMA, nil, { tools = tools }))
      assert.same({ city = "Oslo" }, api.arguments(reply))
      assert.is_nil(oai.json.encode(reply):find("parsed", 1, true))
      assert.truthy(scene:requests()[1].body:find('"parameters":' .. oai.json.encode(WEATHER), 1, true))
      assert.same({}, api.arguments(assert(api.parse(client, nil, nil, { tools = { api.tool(s.object {}) } }))))
      assert.is_nil(api.arguments(assert(api.parse(client, SCHEMA, nil, { tools = tools }))))
    end)

    it("takes what oai.tools makes", function()
      local client, scene = against(api.reply(nil, { "weather", '{"city":"Oslo"}' }), api.reply(nil, { "weather",
        "{}" }))
      local tools = oai.tools { weather = { description = "The weather", parameters = WEATHER, run = function() end } }
      assert.same({ city = "Oslo" }, api.arguments(assert(api.parse(client, nil, nil, { tools = tools }))))
      assert.same(oai.json.decode(oai.json.encode(tools:definitions(name == "chat" and "chat" or "responses"))),
        bodies(scene)[1].tools)
      assert.equal("wrong_shape", select(2, api.parse(client, nil, nil, { tools = tools })).kind)
    end)

    it("tells arguments that are none", function()
      local tools = { api.tool(WEATHER) }
      local err = check_error(api.reply(nil, { "weather", '{"city":' }), "not_json", "the call of weather is no JSON",
        tools)
      assert.equal('weather({"city":)', err.text)
      check_error(api.reply(nil, { "weather", '{"city":1}' }), "wrong_shape", "city: expected string, got a number",
        tools)
    end)

    it("does not ask again unless it is told to", function()
      local client, scene = against(api.reply "no", api.reply(GOOD))
      assert.is_nil((api.parse(client, SCHEMA)))
      assert.equal(1, #scene:requests())
    end)

    it("asks again after a wrong shape, and counts all tokens", function()
      local client, scene = against(api.reply "no", api.reply '{"legs":"x"}', api.reply(GOOD))
      local reply = assert(api.parse(client, SCHEMA, { ask_again = 2 }))
      assert.same(VALUE, (api.value(reply)))
      assert.same({ 30, 15, 6 }, { reply.usage[api.usage[1]], reply.usage[api.usage[2]],
        reply.usage[api.usage[3]][api.usage[4]] })
      local asked = bodies(scene)
      for i, answer in ipairs { "no", '{"legs":"x"}' } do
        local said = api.said(asked[i + 1])
        assert.equal(3, #said)
        assert.same({ role = "user", content = "How many legs?" }, said[1])
        assert.same({ role = "assistant", content = answer }, said[2])
        assert.equal("user", said[3].role)
      end
      assert.truthy(api.said(asked[3])[3].content:find("legs: expected integer, got a string", 1, true))
      assert.same(api.schema(asked[1]), api.schema(asked[3]))
    end)

    it("asks again for a call whose arguments are none", function()
      local client, scene = against(api.reply(nil, { "weather", "{}" }), api.reply(nil, { "weather",
        '{"city":"Oslo"}' }))
      local reply = assert(api.parse(client, nil, { ask_again = 1 }, { tools = { api.tool(WEATHER) } }))
      assert.same({ city = "Oslo" }, api.arguments(reply))
      assert.equal("weather({})", api.said(bodies(scene)[2])[2].content)
    end)

    it("asks no more often than it is told, and says what all of it took", function()
      local client, scene = against(api.reply "a", api.reply "b", api.reply(GOOD))
      local _, err = api.parse(client, SCHEMA, { ask_again = 1 })
      assert.same({ "not_json", "b", 20 }, { err.kind, err.text, err.completion.usage[api.usage[1]] })
      assert.equal(2, #scene:requests())
    end)

    it("asks nothing again that would come out the same", function()
      for _, reply in ipairs { api.cut(api.length), api.cut "content_filter", api.refused "no" } do
        local client, scene = against(reply, api.reply(GOOD))
        assert.is_nil((api.parse(client, SCHEMA, { ask_again = 3 })))
        assert.equal(1, #scene:requests())
      end
    end)

    it("returns the error of a call, the first or a later one", function()
      local scene = server:scenario { replies = { { json = api.reply "no" }, { status = 400,
        json = { error = { message = "too long" } } } } }
      local _, err = api.parse(connect.to(scene, { max_retries = 0 }), SCHEMA, { ask_again = 1 })
      assert.same({ "bad_request", "too long" }, { err.kind, err.message })
    end)

    it("parses what a stream adds up to", function()
      local client = connect.to(server:scenario { replies = { { sse = api.events(api.reply(GOOD)) },
        { sse = api.events(api.reply "no") }, { sse = api.events(api.cut(api.length)) } } }, { max_retries = 0 })
      local stream, last = assert(api.parse(client, SCHEMA, nil, { stream = true })), nil
      for value in stream:partial() do
        last = value
      end
      assert.same(VALUE, last)
      local reply = assert(stream:final())
      assert.same(VALUE, (api.value(reply)))
      assert.equal(reply, (stream:final()))
      for _, kind in ipairs { "not_json", "length" } do
        local value, err = assert(api.parse(client, SCHEMA, nil, { stream = true })):final()
        assert.is_nil(value)
        assert.same({ kind, "table" }, { err.kind, type(err.completion) })
        assert.is_string(err.request_id)
      end
    end)

    it("gives the error of a stream that breaks, and what came of one that was closed", function()
      local events = api.events(api.reply(GOOD))
      local client = connect.to(server:scenario { replies = { { sse = { events[1], { data = { error = {
        message = "no" } } } } }, { sse = events, chunk_delay = 0.2 } } }, { max_retries = 0 })
      assert.equal("stream", select(2, assert(api.parse(client, SCHEMA, nil, { stream = true })):final()).kind)
      local stream = assert(api.parse(client, SCHEMA, nil, { stream = true }))
      stream:next()
      stream:close()
      assert.is_table((stream:final()))
    end)

    it("is an error, and never one of Lua's, for whatever a server gives", function()
      for _, odd in ipairs { '"x"', "[1]", '{"object":"response","output":"x","status":1}',
        '{"object":"response","output":[1,{"type":"message","content":"x"},{"type":"message","content":[{"type":'
          .. '"output_text"}]},{"type":"function_call","name":[],"arguments":{}}],"usage":7}',
        '{"object":"chat.completion","choices":[1,{"message":7},{"message":{"content":[1,{"text":"y"}],"tool_calls":'
          .. '[1,{"function":"f"},{"function":{"name":{},"arguments":[]}}]},"finish_reason":{}}]}',
        '{"object":"chat.completion","choices":[{"message":{"content":7,"refusal":{}}}],"usage":"much"}' } do
        local reply = { body = odd, headers = { ["content-type"] = "application/json" } }
        local client = connect.to(server:scenario { replies = { reply }, repeat_last = true }, { max_retries = 0 })
        local value, err = api.parse(client, SCHEMA, { ask_again = 1 }, { tools = { api.tool(WEATHER) } })
        assert.is_true(value ~= nil or oai.is_error(err))
      end
    end)

    it("need not be waited for", function()
      local client = against(api.reply "no", api.reply(GOOD), api.reply "no")
      local task = api.parse(client, SCHEMA, { wait = false, ask_again = 1 })
      assert.same(VALUE, (api.value(assert(task:await()))))
      local told
      api.parse(client, SCHEMA, { on_done = function(value, err)
        told = { value, err.kind }
      end })
      client:run()
      assert.same({ nil, "not_json" }, told)
    end)

    it("runs beside others, and in a game", function()
      local client = against(api.reply "no", api.reply(GOOD))
      client = client:with {}
      assert.same(VALUE, (api.value(assert(client:spawn(function()
        return api.parse(client, SCHEMA, { ask_again = 1 })
      end):await()))))
      local scene = server:scenario { replies = { { json = api.reply "no" }, { json = api.reply(GOOD) } } }
      local game = connect.to(scene, { max_retries = 0, loop = "frame" })
      assert.same(VALUE, (api.value(assert(connect.run(game, function()
        return api.parse(game, SCHEMA, { ask_again = 1 })
      end)))))
    end)

    it("raises options that are none", function()
      local client = against(api.reply(GOOD))
      for expected, options in pairs {
        ["unknown option 'ask_agan'; did you mean 'ask_again'?"] = { ask_agan = 1 },
        ["option 'ask_again' must be a whole number from 0 on, got 1.5"] = { ask_again = 1.5 },
        ["option 'save_to' cannot be given here"] = { save_to = "a" },
        ["option 'ask_again' must be a whole number from 0 on, got string"] = { ask_again = "1" },
      } do
        assert.error_matches(function()
          api.parse(client, SCHEMA, options)
        end, expected, 1, true)
      end
      assert.error_matches(function()
        api.parse(client, SCHEMA, nil, { ask_again = 1 })
      end, "'ask_again' is an option: options are the table after the parameters", 1, true)
      assert.error_matches(function()
        api.parse(client, SCHEMA, { ask_again = 1 }, { stream = true })
      end, "a stream cannot be asked again", 1, true)
    end)
  end)
end

describe("parse of responses", function()
  local function settled(output, status, more)
    local reply = { id = "resp_1", object = "response", status = status or "completed", output = output }
    for name, value in pairs(more or {}) do
      reply[name] = value
    end
    local client = connect.to(server:scenario { replies = { { json = reply } } }, { max_retries = 0 })
    return client.responses:parse { model = "m", input = "x", text_format = SCHEMA, tools = { { type = "namespace",
      name = "zoo", tools = { { type = "function", name = "feed", parameters = WEATHER } } } } }
  end

  local function message(text, phase)
    return { type = "message", role = "assistant", phase = phase, content = { { type = "output_text", text = text } } }
  end

  it("parses the final answer alone", function()
    local reply = assert(settled { message("thinking", "commentary"), message(GOOD, "final_answer") })
    assert.same(VALUE, reply.output_parsed)
    assert.is_nil(reply.output[1].content[1].parsed)
  end)

  it("takes no text that is empty for the answer", function()
    assert.same(VALUE, assert(settled { message "", message(GOOD) }).output_parsed)
  end)

  it("has no answer beside calls, and one after what the API has called itself", function()
    local reply = assert(settled { message "Let me see", { type = "custom_tool_call", name = "x", input = "" } })
    assert.is_nil(reply.output_parsed)
    local _, err = settled { { type = "web_search_call", id = "ws_1", status = "completed" }, message "no" }
    assert.equal("not_json", err.kind)
  end)

  it("sends nothing of it back", function()
    local reply = assert(settled { message(GOOD), { type = "function_call", name = "feed", namespace = "zoo",
      call_id = "c",
      arguments = '{"city":"a"}' } })
    assert.same(VALUE, reply.output_parsed)
    for _, sent in ipairs { reply:to_input(), reply.output, reply } do
      local text = oai.json.encode(sent)
      assert.truthy(text:find("three times eight", 1, true))
      assert.is_nil(text:find("parsed", 1, true))
    end
  end)

  it("gives the first of several", function()
    local other = '{"reasoning":"b","legs":2}'
    local reply = assert(settled { message(GOOD), message(other) })
    assert.same(VALUE, reply.output_parsed)
    assert.equal(2, reply.output[2].content[1].parsed.legs)
  end)

  it("knows functions in namespaces", function()
    local reply = assert(settled { { type = "function_call", name = "feed", namespace = "zoo",
      arguments = '{"city":"a"}' },
      { type = "function_call", name = "feed", arguments = "x" } })
    assert.same({ city = "a" }, reply.output[1].parsed_arguments)
    assert.is_nil(reply.output[2].parsed_arguments)
  end)

  it("tells a response that failed, and passes on one that runs", function()
    local _, err = settled({}, "failed", { error = { code = "server_error", message = "broken" } })
    assert.same({ "failed", "failed", "broken" }, { err.kind, err.reason, err.message })
    assert.equal("cancelled", select(2, settled({}, "cancelled")).reason)
    assert.equal("length", select(2, settled(oai.array {}, "incomplete")).kind)
    for _, status in ipairs { "queued", "in_progress" } do
      assert.is_nil(assert(settled(oai.array {}, status)).output_parsed)
    end
  end)

  it("is there in the beta too", function()
    local client = connect.to(server:scenario { replies = { { json = APIS.responses.reply(GOOD) } } })
    local reply = assert(client.beta.responses:parse { model = "m", input = "x", text_format = SCHEMA })
    assert.same(VALUE, reply.output_parsed)
  end)

  it("cannot ask again in a conversation, which keeps each answer", function()
    local client = connect.to(server:scenario { replies = {} })
    assert.error_matches(function()
      client.responses:parse({ model = "m", input = "x", conversation = "conv_1", text_format = SCHEMA },
        { ask_again = 1 })
    end, "a conversation keeps each answer", 1, true)
    assert.error_matches(function()
      client.responses:parse { text_format = SCHEMA, text = { format = SCHEMA } }
    end, "give 'text_format' or 'text.format', not both", 1, true)
  end)

  it("keeps a value no longer than its reply", function()
    local reply = assert(settled { message(GOOD) })
    local seen = setmetatable({ reply.output_parsed }, { __mode = "v" })
    assert.is_table(seen[1])
    reply = nil
    for _ = 1, 3 do
      collectgarbage()
    end
    assert.is_nil(seen[1])
    assert.is_nil(reply)
  end)
end)

describe("parse of responses", function()
  local function parse(output, params)
    local client = connect.to(server:scenario { replies = { { json = { id = "resp_1", object = "response",
      status = "completed", output = output } } } })
    params.model, params.input = "m", "x"
    return client.responses:parse(params)
  end

  it("gives false where that is the answer", function()
    local reply = assert(parse({ { type = "message", content = { { type = "output_text", text = "false" } } } },
      { text_format = { type = "json_schema", name = "x", strict = false, schema = { type = "boolean" } } }))
    assert.is_false(reply.output_parsed)
  end)

  it("takes no call for one without arguments that has others than text", function()
    local TOOLS = { { type = "function", name = "f", parameters = { type = "object" } } }
    local reply = assert(parse({ { type = "function_call", call_id = "c1", name = "f", arguments = { x = 1 } } },
      { tools = TOOLS }))
    assert.same({ x = 1 }, reply.output[1].parsed_arguments)
    local _, err = parse({ { type = "function_call", call_id = "c1", name = "f", arguments = 5 } }, { tools = TOOLS })
    assert.equal("not_json", err.kind)
    assert.truthy(err.message:find("the call of f must be JSON as a text", 1, true), err.message)
  end)

  it("raises parameters that are no JSON in its program's line", function()
    local done, message = pcall(parse, {}, { tools = { { type = "function", name = "f", parameters = "{bad" } } })
    assert.is_false(done)
    assert.truthy(message:find("init_spec.lua:%d+: oai: responses.parse: the parameters of 'f': "), message)
  end)
end)

describe("parse of chat completions", function()
  it("parses a text beside a call, and asks for none", function()
    local arguments = { "weather", '{"city":"Bern"}' }
    for text, value in pairs { [GOOD] = VALUE, [false] = "none" } do
      local client = connect.to(server:scenario { replies = { { json = APIS.chat.reply(text or nil, arguments) } } })
      local reply = assert(APIS.chat.parse(client, SCHEMA, nil, { tools = { APIS.chat.tool(WEATHER) } }))
      assert.same({ city = "Bern" }, APIS.chat.arguments(reply))
      assert.same(value, APIS.chat.value(reply) or "none")
    end
  end)

  it("parses a text that comes in parts", function()
    local reply = APIS.chat.reply { { type = "text", text = GOOD:sub(1, 9) }, { type = "image_url" },
      { type = "text", text = GOOD:sub(10) } }
    local client = connect.to(server:scenario { replies = { { json = reply } } })
    assert.same(VALUE, (APIS.chat.value(assert(APIS.chat.parse(client, SCHEMA)))))
  end)

  it("parses each choice, and tells the first that is none", function()
    local reply = APIS.chat.reply(GOOD)
    reply.choices[2] = { index = 1, message = { role = "assistant", content = "no" }, finish_reason = "stop" }
    local client = connect.to(server:scenario { replies = { { json = reply } } })
    local _, err = client.chat.completions:parse { model = "m", messages = {}, n = 2, response_format = SCHEMA }
    assert.equal("not_json", err.kind)
    assert.same(VALUE, err.completion.choices[1].message.parsed)
  end)
end)

describe("a request with a schema", function()
  it("is the same bytes in every process, and loads nothing of this unless it is asked for", function()
    local program = [[
      local oai = require "oai"
      local client = oai.client { api_key = "sk-x", base_url = arg and "%s" or "%s", max_retries = 0 }
      client.chat.completions:create { model = "m", messages = {} }
      for name in pairs(package.loaded) do
        assert(not name:find "^oai%%.parse" and not name:find "^oai%%.schema", name)
      end
      local s = oai.schema
      client.responses:parse { model = "m", input = "x", text_format = s.object { b = s.string(),
        a = s.map(s.null()) and
        s.object { { "z", s.enum { "q", "p" } }, { "y", s.nullable(s.number { minimum = 1, maximum = 2 }) } } },
        tools = { { type = "function", name = "f", parameters = s.object { { "d", s.string() }, { "c",
          s.null() } } } } }
    ]]
    local seen = {}
    for _ = 1, 4 do
      local scene = server:scenario { replies = { { json = APIS.chat.reply "x" },
        { json = APIS.responses.reply "x" } } }
      local output, status = child.run(program:format(scene.base_url, scene.base_url))
      assert.equal(0, status, output)
      seen[scene:requests()[2].body] = true
    end
    local body = next(seen)
    assert.is_nil(next(seen, body))
    assert.truthy(body:find('"properties":{"z"', 1, true), body)
  end)
end)
