-- Functions that the model on the other side of a socket calls.

local conversation = require "spec.support.conversation"
local json = require "oai.codec.json"
local oai = require "oai"
local scenes = require "spec.support.socket_scenes"
local server = require("spec.support.server").start()

local CALL = { call = "get_weather", arguments = '{"city":"Oslo"}', call_id = "call_a" }

local function tools_of(run, more)
  local spec = { description = "Weather.", parameters = oai.schema.object { city = oai.schema.string() }, run = run }
  for name, value in pairs(more or {}) do
    spec[name] = value
  end
  return oai.tools { get_weather = spec }
end

local function sunny(arguments)
  return { city = arguments.city, weather = "sun" }
end

--- Opens a socket to an endpoint, has a function use it, and gives what the
--- client has sent, decoded, and what the function has returned.
local function talk(loop, endpoints, open, fn)
  local scene = conversation.scene(server, endpoints)
  local first, second = conversation.with(scene, loop, {}, function(client)
    local connection = assert(open(client))
    local first, second = fn(connection)
    connection:close()
    return first, second
  end)
  local events = {}
  for i, text in ipairs(conversation.texts(scene, #endpoints)) do
    events[i] = json.decode(text)
  end
  scene:close()
  return events, first, second
end

local function realtime(options)
  return function(client)
    options.model = "m"
    return client.realtime:connect(options)
  end
end

local function respond(connection)
  assert(connection.response:create())
  return connection:response()
end

--- What the events of a type carry.
local function of_type(events, event_type)
  local found = {}
  for _, event in ipairs(events) do
    found[#found + 1] = event.type == event_type and (event.item or event) or nil
  end
  return found
end

for _, loop in ipairs(conversation.loops) do
  describe("functions of a Realtime socket, " .. loop, function()
    it("are in its session, and run until the model answers", function()
      local told, seen = {}, nil
      local events, response = talk(loop, { scenes.realtime { said = { CALL, { text = "It is sunny." } } } },
        realtime { tools = tools_of(function(arguments, context)
          seen = context.id
          oai.sleep(0.001)
          return sunny(arguments)
        end) }, function(connection)
          assert(connection.response:create { response = { instructions = "Short.", tool_choice = "required" } })
          local response = assert(connection:response(function(event)
            told[#told + 1] = event.type == "response.done" and event.response.id or nil
          end))
          return { response.id, connection:text() }
        end)
      assert.same({ "resp_2", "It is sunny." }, response)
      assert.same({ "resp_1", "resp_2" }, told)
      assert.equal("call_a", seen)
      assert.same({ "session.update", "response.create", "conversation.item.create", "response.create" },
        { events[1].type, events[2].type, events[3].type, events[4].type })
      local sent = events[1].session.tools[1]
      assert.same({ "function", "get_weather", "Weather." }, { sent.type, sent.name, sent.description })
      assert.is_nil(sent.strict)
      assert.same({ type = "function_call_output", call_id = "call_a", output = '{"city":"Oslo","weather":"sun"}' },
        events[3].item)
      assert.same({ instructions = "Short." }, events[4].response)
    end)

    it("may say something to the model", function()
      local events = talk(loop, { scenes.realtime { said = { CALL, { text = "Good." } } } },
        realtime { tools = tools_of(function(_, context)
          context.run:say "Be brief."
        end) }, function(connection)
          assert.equal("resp_2", assert(respond(connection)).id)
        end)
      local items = of_type(events, "conversation.item.create")
      assert.same({ type = "function_call_output", call_id = "call_a", output = "" }, items[1])
      assert.same({ type = "message", role = "user",
        content = { { type = "input_text", text = "Be brief." } } }, items[2])
    end)

    it("are approved by the program, and what MCP servers may do", function()
      local endpoint = { on = { ["response.create"] = {
        { { send = { type = "response.done", response = { id = "r1", status = "completed", output = {
          { type = "mcp_approval_request", id = "mcpr_1", name = "search", arguments = "{}", server_label = "s" },
          { type = "function_call", name = "get_weather", arguments = '{"city":"A"}', call_id = "c" } } } } } },
        { { send = { type = "response.done", response = { id = "r2", status = "completed" } } } },
      } } }
      local asked = {}
      local events, id = talk(loop, { endpoint }, realtime { tools = tools_of(sunny, { needs_approval = true }),
        approve = function(call)
          asked[#asked + 1] = call.name
          return call.name == "search", "not now"
        end }, function(connection)
          return assert(respond(connection)).id
        end)
      assert.equal("r2", id)
      assert.same({ "search", "get_weather" }, asked)
      local items = of_type(events, "conversation.item.create")
      assert.same({ "mcp_approval_response", "mcpr_1", true, "string" },
        { items[1].type, items[1].approval_request_id, items[1].approve, type(items[1].id) })
      assert.equal("The call was not approved: not now", items[2].output)
    end)

    it("whose approval nobody decides are the program's", function()
      local events, id = talk(loop, { scenes.realtime { said = CALL } },
        realtime { tools = tools_of(sunny, { needs_approval = true }) }, function(connection)
          return assert(respond(connection)).id
        end)
      assert.equal("resp_1", id)
      assert.same({}, of_type(events, "conversation.item.create"))
    end)

    it("are not run for a response beside the conversation", function()
      local events, id = talk(loop, { scenes.realtime { said = CALL } }, realtime { tools = tools_of(sunny) },
        function(connection)
          assert(connection.response:create { response = { conversation = "none" } })
          return assert(connection:response()).id
        end)
      assert.equal("resp_1", id)
      assert.same({}, of_type(events, "conversation.item.create"))
    end)

    it("tell the model what went wrong", function()
      local events, response = talk(loop, { scenes.realtime { said = {
        { call = "get_weather", arguments = "{", call_id = "c1" },
        { call = "get_wether", arguments = "{}", call_id = "c2" },
        { call = "get_weather", arguments = '{"city":"Rome"}', call_id = "c3" }, { text = "No." },
      } } }, realtime { tools = tools_of(function()
        error("it is broken", 0)
      end) }, function(connection)
        return respond(connection).id
      end)
      assert.equal("resp_4", response)
      local outputs = of_type(events, "conversation.item.create")
      assert.matches("^Error: the arguments are not JSON", outputs[1].output)
      assert.equal("Error: there is no tool 'get_wether'; there are: get_weather", outputs[2].output)
      assert.equal("Error: it is broken", outputs[3].output)
    end)

    it("are called so often, and no more", function()
      local count = 0
      local events, response, err = talk(loop, { scenes.realtime { said = {
        { call = "get_weather", arguments = '{"city":"A"}', call_id = "c1" },
        { call = "get_weather", arguments = '{"city":"B"}', call_id = "c2" },
      } } }, realtime { max_turns = 2, tools = tools_of(function()
        count = count + 1
        return "x"
      end) }, respond)
      assert.is_nil(response)
      assert.same({ "limit", "max_turns", "realtime.connect", "resp_2" },
        { err.kind, err.reason, err.operation, err.partial.id })
      assert.equal("the model still calls functions after 2 responses", err.message)
      assert.equal(1, count)
      assert.equal(1, #of_type(events, "conversation.item.create"))
    end)

    it("of which one has none to run are the program's to answer", function()
      local events, response = talk(loop, { scenes.realtime { said = { CALL, { text = "Done." } } } },
        realtime { tools = tools_of(nil) }, function(connection)
          local response = assert(respond(connection))
          assert(connection.conversation.item:create { item = { type = "function_call_output",
            call_id = response.output[1].call_id, output = "rain" } })
          return { response.id, assert(respond(connection)).id }
        end)
      assert.same({ "resp_1", "resp_2" }, response)
      assert.equal("rain", of_type(events, "conversation.item.create")[1].output)
    end)

    it("keep the sound of the response that has called them", function()
      local count = 0
      local _, sound = talk(loop, { { steps = {}, on = { ["response.create"] = {
        { { send = { type = "response.created", response = { id = "r1" } } },
          { send = { type = "response.output_audio.delta", response_id = "r1", delta = "YWJj" } },
          { send = { type = "response.done", response = { id = "r1", status = "completed", output = {
            { type = "function_call", name = "get_weather", arguments = '{"city":"A"}', call_id = "c" } } } } } },
        { { send = { type = "response.created", response = { id = "r2" } } },
          { send = { type = "response.output_audio.delta", response_id = "r2", delta = "ZGVm" } },
          { send = { type = "response.done", response = { id = "r2", status = "cancelled", output = {
            { type = "function_call", name = "get_weather", arguments = '{"city":"A"}', call_id = "d" } } } } } },
      } } } }, realtime { tools = tools_of(function()
        count = count + 1
      end) }, function(connection)
        assert.equal("r2", assert(respond(connection)).id) -- which was cut: nothing of it is done
        return connection:audio()
      end)
      assert.equal("abcdef", sound)
      assert.equal(1, count)
    end)

    it("end with the caller, and with what they raise where that is to stop it", function()
      local _, response, err = talk(loop, { scenes.realtime { said = CALL } },
        realtime { on_tool_error = "stop", tools = tools_of(function()
          return nil, "no"
        end) }, respond)
      assert.is_nil(response)
      assert.same({ "tool", "call_a" }, { err.kind, err.call_id })
    end)

    it("are for nothing where the connection is made again meanwhile", function()
      local begun, connection_of_all
      local events, response, err = talk(loop, {
        { on = { ["response.create"] = { scenes.realtime_response(CALL, 1) },
          ["session.update"] = { { { send = { type = "x" } } }, { { close = 1011 } } } } },
        { on = { ["session.update"] = { { send = { type = "x" } } } } },
      }, realtime { initial_delay = 0.001, tools = tools_of(function()
        assert(connection_of_all.session:update { session = {} })
        repeat
          assert(connection_of_all:next(5))
        until begun
        return "late"
      end), on_reconnect = function()
        begun = true
      end }, function(connection)
        connection_of_all = connection
        return respond(connection)
      end)
      assert.is_nil(response)
      assert.equal("connection", err.kind)
      assert.matches("while functions ran", err.message, 1, true)
      assert.equal(0, #of_type(events, "conversation.item.create"))
    end)

    it("end with the task that waits for the response, and the connection goes on", function()
      local started, ended
      local _, answer = talk(loop, { scenes.realtime { said = { CALL, { text = "Later." } } } },
        realtime { tools = tools_of(function()
          started = true
          ended = oai.sleep(10)
        end) }, function(connection)
          local one = connection._client:spawn(function()
            return respond(connection)
          end)
          while not started do
            oai.sleep(0.001)
          end
          one:cancel()
          local _, err = one:await()
          assert.equal("cancelled", err.kind)
          return assert(respond(connection)).id
        end)
      assert.equal("resp_2", answer)
      assert.is_nil(ended)
    end)

    it("are told to a session that is made again", function()
      local begun
      local events = talk(loop, { { steps = { { await = 1 }, { close = 1011 } } }, scenes.realtime {} },
        realtime { initial_delay = 0.001, tools = tools_of(sunny), on_reconnect = function()
          begun = true
        end }, function(connection)
          while not begun do
            assert(connection:next(5))
          end
        end)
      assert.same({ "session.update", "get_weather" }, { events[1].type, events[1].session.tools[1].name })
    end)
  end)

  describe("functions of a Responses socket, " .. loop, function()
    it("are in each request, which goes on from the response before", function()
      local events, response = talk(loop, { scenes.responses { said = { CALL, { text = "Sun." } } } }, function(client)
        return client.responses:connect { tools = tools_of(sunny) }
      end, function(connection)
        assert(connection.response:create { model = "m", input = "?", tool_choice = "required", store = false })
        return { assert(connection:response()).id, connection:text() }
      end)
      assert.same({ "resp_2", "Sun." }, response)
      assert.equal("get_weather", events[1].tools[1].name)
      assert.equal("resp_1", events[2].previous_response_id)
      assert.same({ "m", false }, { events[2].model, events[2].store })
      assert.is_nil(events[2].tool_choice)
      assert.equal("get_weather", events[2].tools[1].name)
      assert.same({ { type = "function_call_output", call_id = "call_a", output = '{"city":"Oslo","weather":"sun"}' } },
        events[2].input)
    end)
  end)
end

describe("functions of a socket", function()
  it("are refused where there can be none", function()
    local client = oai.client { api_key = "sk-spec", base_url = "http://127.0.0.1:1/v1" }
    for message, given in pairs {
      ["what transcribes calls no 'tools'"] = { intent = "transcription", tools = {} },
      ["'max_turns' is nothing without 'tools'"] = { model = "m", max_turns = 1 },
      ["option 'max_turns'"] = { model = "m", max_turns = "x", tools = {} },
      ["'a': Realtime takes functions and MCP servers alone"] = { model = "m", tools = { a = { type = "custom" } } },
    } do
      local ok, err = pcall(client.realtime.connect, client.realtime, given)
      assert.is_false(ok)
      assert.matches(message, err, 1, true)
    end
    client:close()
  end)
end)
