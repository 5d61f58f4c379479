-- Runs and talks over a socket: what they tell is what they tell over HTTP, and
-- what they send is only what is new.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local conversation = require "spec.support.conversation"
local core = require "oai.core"
local oai = require "oai"
local server = require("spec.support.server").start()
local timing = require "spec.support.timing"
local turns = require "spec.support.turns"

local api = turns.responses

--- The events of a turn, as steps of a socket. A list of items is a response of
--- these; what has steps is played as it is.
local function steps_of(turn, number)
  if turn.steps then
    return turn.steps
  end
  local steps, more = {}, { id = "resp_" .. number }
  for field, value in pairs(turn.more or {}) do
    more[field] = value
  end
  for i, event in ipairs(api.streamed(turn.items or turn, more)) do
    local text = event.data:gsub('"resp_1"', '"resp_' .. number .. '"')
    steps[i] = { send = text }
  end
  return steps
end

--- A socket that plays turns, of which the first has this number.
local function socket_of(list, first)
  local lists = {}
  for i, turn in ipairs(list) do
    lists[i] = steps_of(turn, (first or 1) - 1 + i)
  end
  return { beside = true, on = { ["response.create"] = lists } }
end

--- What a program sees of a run, as one text, and the run.
local function seen(run)
  local lines = {}
  local event, err = run:next()
  while event do
    lines[#lines + 1] = table.concat({ event.type, event.turn, event.id or "", event.text or "",
      type(event.output) == "string" and event.output or "" }, " ")
    event, err = run:next()
  end
  lines[#lines + 1] = table.concat({ run.status, run.output_text, run.turns, cjson.encode(run.completed),
    run.usage.total_tokens or 0, err and err.kind or "", err and err.operation or "", err and err.message or "",
    tostring(err and err.code), tostring(err and err.status) }, "|")
  return table.concat(lines, "\n"), run
end

local function tools(more)
  local list = { f = { run = function(arguments)
    return "f of " .. tostring(arguments.a)
  end } }
  for name, one in pairs(more or {}) do
    list[name] = one
  end
  return list
end

--- What a run comes to over sockets that play these turns; `sockets` are lists
--- of turns, one for each that is opened.
local function over_sockets(sockets, fields, loop, client_options)
  local replies, count = {}, 0
  for i, list in ipairs(sockets) do
    replies[i] = list.status and list or socket_of(list, count + 1)
    count = count + #list
  end
  local scene = conversation.scene(server, replies)
  local text, run = conversation.with(scene, loop or "blocking", client_options or {}, function(client)
    fields.transport, fields.tools = "socket", fields.tools or tools()
    local one = fields.model and client.responses:run(fields) or api.run(client, fields)
    return seen(one)
  end)
  local sent = {}
  for i = 1, #sockets do
    for _, message in ipairs(sockets[i].status and {} or conversation.texts(scene, i)) do
      sent[#sent + 1] = cjson.decode(message)
    end
  end
  scene:close()
  return text, run, sent
end

local function over_http(list, fields, is_streamed)
  local style = is_streamed and turns.streamed_responses or turns.responses
  local replies = {}
  for i, turn in ipairs(list) do
    replies[i] = turn.reply or turn.items and style.reply(turn.items, turn.more) or turn
  end
  local client, scene = style.scene(server, replies)
  fields.tools = fields.tools or tools()
  local text, run = seen(style.run(client, fields))
  scene:close()
  client:close()
  return text, run
end

local function copy(fields)
  local result = {}
  for name, value in pairs(fields) do
    result[name] = value
  end
  return result
end

local CALLS = { api.call("c1", "f", '{"a":1}'), api.call("c2", "f", '{"a":2}') }
local COMMENT = api.message("let me look", "commentary")
local DONE = { api.message "it is done" }
local REASONING = { type = "reasoning", id = "rs_1", summary = {}, encrypted_content = "ENC" }

--- An error as the API says it by HTTP, and over a socket.
local function refusal(status, code)
  local said = { message = "no: " .. code, type = "invalid_request_error", code = code }
  return { reply = { status = status, json = { error = said } },
    steps = { { send = { type = "error", status = status, error = said } } } }
end

local CONVERSATIONS = {
  ["an answer"] = { { DONE } },
  ["calls"] = { { CALLS, DONE } },
  ["a comment, reasoning, calls"] = { { { COMMENT, REASONING, CALLS[1] }, { COMMENT }, DONE } },
  ["a response that was cut"] = { { CALLS, { items = { api.message "half" }, more = { status = "incomplete",
    incomplete_details = { reason = "max_output_tokens" } } } } },
  ["the limit of turns"] = { { CALLS, { api.call("c3", "f") } }, { max_turns = 2 } },
  ["a last turn without tools"] = { { CALLS, { api.call("c3", "f") }, DONE }, { max_turns = 2, at_limit = "answer" } },
  ["a tool that is not there"] = { { { api.call("c1", "g") }, DONE } },
  ["a refused request"] = { { CALLS, refusal(400, "bad_thing") } },
  ["a wrong key"] = { { refusal(401, "invalid_api_key") } },
  ["a limit of the server's"] = { { refusal(429, "rate_limit_exceeded") } },
  ["an empty answer"] = { { { api.message "" } } },
}

describe("a run over a socket tells what one over HTTP tells:", function()
  for name, case in pairs(CONVERSATIONS) do
    for _, is_streamed in ipairs { false, true } do
      it(name .. (is_streamed and ", streamed" or ""), function()
        local fields = copy(case[2] or {})
        local expected, by_http = over_http(case[1], copy(fields), is_streamed)
        fields.model, fields.stream, fields.input = "m", is_streamed or nil, "hi"
        for _, loop in ipairs(conversation.loops) do
          local text, run = over_sockets({ case[1] }, copy(fields), loop)
          assert.equal(expected, text)
          assert.same(by_http.items, run.items)
          assert.same(by_http.usage, run.usage)
          assert.equal(by_http:state():gsub('"resp_%d"', ""), run:state():gsub('"resp_%d"', ""))
        end
      end)
    end
  end
end)

local function types(items)
  local list = {}
  for i, item in ipairs(items) do
    list[i] = item.type or item.role
  end
  return table.concat(list, " ")
end

local FIELDS = { model = "m", input = "hi", instructions = "be brief" }

--- What of a request says what went before: the id, and the items.
local function said(sent)
  local lines = {}
  for i, event in ipairs(sent) do
    lines[i] = (event.previous_response_id or "-") .. ": " .. types(event.input)
  end
  return lines
end

local ALL = "-: user function_call function_call function_call_output function_call_output"
local REST = "resp_1: function_call_output function_call_output"

describe("a run over a socket", function()
  it("sends what the API does not know, and all else with each turn", function()
    local _, _, sent = over_sockets({ { CALLS, { api.call("c3", "f") }, DONE } },
      { model = "m", input = "hi", instructions = "be brief", temperature = 1, store = false, stream = true,
        stream_options = { include_obfuscation = false } })
    assert.same({ "-: user", REST, "resp_2: function_call_output" }, said(sent))
    for _, event in ipairs(sent) do
      assert.same({ "response.create", "be brief", 1, false, "m" },
        { event.type, event.instructions, event.temperature, event.store, event.model })
      assert.same({ "reasoning.encrypted_content" }, event.include)
      assert.equal("f", event.tools[1].name)
      assert.is_nil(event.stream)
      assert.is_nil(event.stream_options)
      assert.is_nil(event.stream_id)
    end
  end)

  it("goes on from the program's response, or in its conversation", function()
    local fields = copy(FIELDS)
    fields.previous_response_id = "resp_0"
    local _, _, sent = over_sockets({ { CALLS, DONE } }, fields)
    assert.same({ "resp_0: user", REST }, said(sent))
    fields = copy(FIELDS)
    fields.conversation = "conv_1"
    _, _, sent = over_sockets({ { CALLS, DONE } }, fields)
    assert.same({ "-: user", "-: function_call_output function_call_output" }, said(sent))
    assert.equal("conv_1", sent[2].conversation)
  end)

  it("sends all again where the program has made less of it", function()
    local fields = copy(FIELDS)
    fields.max_input_bytes = 300
    fields.compact = function()
      return { { role = "user", content = "short" } }
    end
    local _, run, sent = over_sockets({ { CALLS, { api.call("c3", "f", '{"a":3}') }, DONE } }, fields)
    assert.equal("completed", run.status)
    assert.same({ "-: user", "-: user", "resp_2: function_call_output" }, said(sent))
  end)

  it("sends all again where the API has forgotten, or ends the connection", function()
    local gone = refusal(400, "previous_response_not_found")
    local _, run, sent = over_sockets({ { CALLS, gone, DONE } }, copy(FIELDS))
    assert.equal("completed", run.status)
    assert.same({ "-: user", REST, ALL }, said(sent))
    local old = refusal(400, "websocket_connection_limit_reached")
    _, run, sent = over_sockets({ { CALLS, old }, { DONE } }, copy(FIELDS))
    assert.equal("completed", run.status)
    assert.same({ "-: user", REST, ALL }, said(sent))
  end)

  it("sends all again at once where the API has forgotten #timed", function()
    local begun = core.clock()
    local _, run = over_sockets({ { CALLS, refusal(400, "previous_response_not_found"), DONE } }, copy(FIELDS))
    assert.equal("completed", run.status)
    assert.is_true(timing.within(core.clock() - begun, 0.5))
  end)

  it("opens another where the server closed it while a function ran", function()
    local steps = steps_of(CALLS, 1)
    steps[#steps + 1] = { close = 1001 }
    local scene = conversation.scene(server, { socket_of { { steps = steps } }, socket_of { DONE } })
    local fields = copy(FIELDS)
    fields.save = function() end -- nothing is sent twice
    fields.transport, fields.tools = "socket", { f = { run = function()
      scene:wait(function(journal)
        return journal.requests[1].socket.close_sent ~= nil
      end)
      oai.sleep(0.01)
      return "x"
    end } }
    conversation.with(scene, "blocking", {}, function(client)
      assert(client.responses:run(fields):final())
    end)
    assert.same({ "-: user" }, said { cjson.decode(conversation.texts(scene, 1)[1]) })
    assert.same({ ALL }, said { cjson.decode(conversation.texts(scene, 2)[1]) })
    scene:close()
  end)

  local cut = { steps = { { cut = true } } }

  it("asks again where nothing has come of an answer, unless there are effects", function()
    local _, run, sent = over_sockets({ { CALLS, cut }, { DONE } }, copy(FIELDS), nil, { max_retries = 1 })
    assert.equal("completed", run.status, run.err)
    assert.same({ "-: user", REST, ALL }, said(sent))
    local fields = copy(FIELDS)
    fields.save = function() end
    _, run, sent = over_sockets({ { CALLS, cut } }, fields, nil, { max_retries = 1 })
    assert.equal("failed", run.status)
    assert.equal("connection", run.err.kind)
    assert.equal("responses.create", run.err.operation)
    assert.equal(2, #sent)
  end)

  it("does not ask again for an answer that has begun", function()
    local steps = { steps_of(DONE, 1)[1], { cut = true } }
    local _, run, sent = over_sockets({ { { steps = steps } } }, copy(FIELDS), nil, { max_retries = 2 })
    assert.equal("connection", run.err.kind)
    assert.equal(1, #sent)
  end)

  it("is told that it cannot be opened", function()
    local _, run = over_sockets({ { status = 401, json = { error = { message = "Incorrect key" } } } }, copy(FIELDS))
    assert.equal("authentication", run.err.kind)
    assert.equal("Incorrect key", run.err.message)
  end)

  it("is saved, and goes on over another", function()
    local client_options, saved = {}, nil
    local fields = copy(FIELDS)
    fields.tools = { f = { needs_approval = true, run = function()
      return "x"
    end } }
    local scene = conversation.scene(server, { socket_of { CALLS }, socket_of({ DONE }, 2) })
    conversation.with(scene, "blocking", client_options, function(client)
      fields.transport = "socket"
      local run = assert(client.responses:run(fields):final())
      assert.equal("paused", run.status)
      saved = run:state()
      run:cancel()
      fields.resume, fields.input = saved, nil
      run = client.responses:run(fields)
      run = assert(run:final())
      for _, call in ipairs { "c1", "c2" } do
        run:approve(call, true)
      end
      assert.equal("completed", assert(run:final()).status)
    end)
    local event = cjson.decode(conversation.texts(scene, 2)[1])
    assert.equal(ALL, said({ event })[1])
    assert.is_not_nil(conversation.log(scene, 1).close)
    assert.equal(1, #conversation.texts(scene, 1))
    scene:close()
  end)

  it("leaves no socket where it ends, or is cancelled", function()
    local scene = conversation.scene(server, { socket_of { DONE }, socket_of { { steps = { { wait = 5 } } } } })
    conversation.with(scene, "blocking", {}, function(client)
      assert(client.responses:run { model = "m", input = "x", transport = "socket" }:final())
      local run = client.responses:run { model = "m", input = "x", transport = "socket" }
      local reader = client:spawn(function()
        return run:final()
      end)
      client:spawn(function()
        oai.sleep(0.02)
        run:cancel()
      end)
      local _, err = reader:await()
      assert.equal("cancelled", err.kind)
      assert.is_not_nil(conversation.log(scene, 1)["end"])
      assert.is_not_nil(conversation.log(scene, 2)["end"])
    end)
    scene:close()
  end)

  it("counts its tokens", function()
    local scene = conversation.scene(server, { socket_of { CALLS, DONE } })
    conversation.with(scene, "blocking", { usage = true }, function(client)
      assert(client.responses:run { model = "m", input = "x", transport = "socket", tools = tools() }:final())
      assert.equal(20, client.usage.m.input)
    end)
    scene:close()
  end)

  it("says what it cannot be", function()
    local client = connect.to(server)
    for message, act in pairs {
      ["must be \"http\", \"socket\""] = function()
        client.responses:run { model = "m", transport = "pigeon" }
      end,
      ["a connection of client.responses:connect()"] = function()
        client.responses:run { model = "m", transport = {} }
      end,
      ["'background' is of requests"] = function()
        client.responses:run { model = "m", transport = "socket", background = true, stream = true }
      end,
      ["chat.completions.run: 'transport' is of responses"] = function()
        client.chat.completions:run { model = "m", transport = "socket" }
      end,
      ["talk: 'transport' is of responses"] = function()
        client:talk { model = "m", api = "chat", transport = "socket" }
      end,
    } do
      local done, raised = pcall(act)
      assert.is_false(done)
      assert.matches(message, raised, 1, true)
    end
    assert.equal("open", client.responses:run({ model = "m", transport = "http" }).status)
    client:close()
  end)
end)

describe("runs over a connection of the program's", function()
  it("have a lane each, and leave it open", function()
    local function asked(lane)
      return { send = { type = "response.completed", stream_id = "{{event:stream_id}}", response = { id = lane,
        object = "response", status = "completed", output = { api.message("for " .. lane) } } } }
    end
    local scene = conversation.scene(server, { { beside = true, on = { ["response.create"] = { { asked "one" },
      { asked "two" } } } } })
    conversation.with(scene, "blocking", {}, function(client)
      local connection = assert(client.responses:connect())
      local tasks = {}
      for i = 1, 2 do
        tasks[i] = client:spawn(function()
          return client.responses:run({ model = "m", input = "x", transport = connection }):final()
        end)
      end
      local texts = { tasks[1]:await().output_text, tasks[2]:await().output_text }
      table.sort(texts)
      assert.same({ "for one", "for two" }, texts)
      assert.equal("open", connection.status)
      connection:close()
      local _, err = client.responses:run({ model = "m", input = "x", transport = connection }):final()
      assert.equal("closed", err.kind)
    end)
    local lanes = {}
    for i, text in ipairs(conversation.texts(scene)) do
      lanes[i] = cjson.decode(text).stream_id
    end
    assert.equal(2, #lanes)
    assert.not_equal(lanes[1], lanes[2])
    scene:close()
  end)
end)

describe("a talk over a socket", function()
  it("asks all its rounds over one, and sends what is new", function()
    local scene = conversation.scene(server, { socket_of { { api.message "one" }, CALLS, { api.message "two" },
      { api.message "again" } }, socket_of({ { api.message "fork" } }, 9) })
    conversation.with(scene, "blocking", {}, function(client)
      local talk = client:talk { model = "m", transport = "socket", tools = tools() }
      assert.equal("one", assert(talk:send "first").output_text)
      assert.equal("two", assert(talk:send "second").output_text)
      assert.equal("again", assert(talk:regenerate()).output_text)
      local fork = talk:fork()
      assert.equal("fork", assert(fork:send "third").output_text)
      talk:close()
      fork:close()
      fork:close()
    end)
    local sent = {}
    for i, text in ipairs(conversation.texts(scene, 1)) do
      sent[i] = cjson.decode(text)
    end
    assert.same({ "-: user", "resp_1: user", "resp_2: function_call_output function_call_output",
      "-: user message user" }, said(sent))
    assert.same({ "-: user message user message user" }, said { cjson.decode(conversation.texts(scene, 2)[1]) })
    scene:close()
  end)

  it("goes on by itself where the API keeps the history", function()
    local scene = conversation.scene(server, { socket_of { DONE, DONE } })
    conversation.with(scene, "blocking", {}, function(client)
      local talk = client:talk { model = "m", transport = "socket", history = "response" }
      assert(talk:send "first")
      assert(talk:send "second")
      talk:close()
    end)
    local sent = {}
    for i, text in ipairs(conversation.texts(scene)) do
      sent[i] = cjson.decode(text)
    end
    assert.same({ "-: user", "resp_1: user" }, said(sent))
    scene:close()
  end)
end)
