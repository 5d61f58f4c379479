-- The local API server's sockets, with a client of plain TCP: what a scenario
-- says is what comes over the wire, and the journal tells what was sent.

local cjson = require "cjson"
local raw_socket = require "spec.support.raw_socket"
local server = require("spec.support.server").start()

local close_of, log_of = raw_socket.close_of, raw_socket.log

local function has_ended(log)
  return log["end"] ~= nil
end

describe("a scenario's socket", function()
  local scene, client

  --- A client of a scene whose replies these are, or whose only socket this is.
  local function connect(socket, fields)
    scene = server:scenario { replies = socket[1] and socket or { { socket = socket } } }
    client = raw_socket.connect(scene, "/realtime?model=m", fields)
    return client
  end

  after_each(function()
    client:close()
    scene:close()
  end)

  it("shakes hands, and chooses the protocol that was offered first", function()
    connect({}, { "Sec-WebSocket-Protocol: realtime, other" })
    assert.equal(101, client.status)
    assert.equal(raw_socket.accept, client.header["sec-websocket-accept"])
    assert.equal("realtime", client.header["sec-websocket-protocol"])
    assert.equal("req_1", client.header["x-request-id"])
    local request = scene:requests()[1]
    assert.equal("/v1/realtime?model=m", request.url)
    assert.equal("websocket", request.header.upgrade)
    assert.same({}, request.socket.defects)
  end)

  it("shakes hands wrongly when told to", function()
    connect({ protocol = "other", accept = "wrong" }, { "Sec-WebSocket-Protocol: realtime" })
    assert.equal("wrong", client.header["sec-websocket-accept"])
    assert.equal("other", client.header["sec-websocket-protocol"])
    client:close()
    scene:close()
    connect { { socket = { accept = false }, headers = { Upgrade = "h2c", Connection = cjson.null } } }
    assert.is_nil(client.header["sec-websocket-accept"])
    assert.is_nil(client.header.connection)
    assert.equal("h2c", client.header.upgrade)
  end)

  for _, reply in ipairs {
    { status = 401, json = { error = { message = "no" } } },
    { status = 307, headers = { Location = "/elsewhere" } },
    { status = 200, body = "no socket" },
  } do
    it("is refused with an ordinary reply: " .. reply.status, function()
      connect { reply }
      assert.equal(reply.status, client.status)
      assert.equal(reply.headers and "/elsewhere", client.header.location)
      local body = reply.json and cjson.encode(reply.json) or reply.body or ""
      assert.equal(body, client.connection:receive "*a" or "")
      assert.equal("complete", scene:requests()[1].outcome)
    end)
  end

  it("sends events, texts, bytes, fragments and frames of any kind", function()
    connect { steps = {
      { send = { type = "session.created" } }, { send = "plain" }, { binary = "\0\255" },
      { send = "abcdefgh", fragments = 3, between = { { ping = "p" } } },
      { binary = "abcdef", fragments = { 1, 0 } },
      { send = "n{{i}}", times = 2 }, { pong = "q" }, { raw = raw_socket.frame("text", "raw", { plain = true }) },
      { frame = { kind = "text", payload = "x", fin = false } },
    } }
    local expected = {
      { "text", '{"type":"session.created"}', true }, { "text", "plain", true }, { "binary", "\0\255", true },
      { "text", "abc", false }, { "ping", "p", true }, { "continuation", "def", false }, { "ping", "p", true },
      { "continuation", "gh", true },
      { "binary", "a", false }, { "continuation", "", false }, { "continuation", "bcdef", true },
      { "text", "n1", true }, { "text", "n2", true }, { "pong", "q", true }, { "text", "raw", true },
      { "text", "x", false },
    }
    for _, frame in ipairs(expected) do assert.same(frame, { client:read() }) end
  end)

  it("waits for messages, answers pings, and tells what came", function()
    connect { steps = {
      { await = 1 }, { send = "one" }, { await = 1, type = "b" }, { send = "b" }, { await = 1, kind = "pong" },
      { send = "pong" },
    } }
    client:send("text", "hel", { more = true })
    client:send("ping", "are you there")
    client:send("continuation", "lo")
    client:send("text", '{"type":"a"}')
    assert.same({ "pong", "are you there", true }, { client:read() })
    assert.same({ "text", "one", true }, { client:read() })
    client:send("text", '{"type":"b"}')
    assert.same({ "text", "b", true }, { client:read() })
    client:send("pong", "")
    assert.same({ "text", "pong", true }, { client:read() })
    local log = scene:requests()[1].socket
    assert.same({ { type = "a" }, { type = "b" } }, log.events)
    assert.equal("hello", log.messages[1].bytes)
    assert.equal("ping", log.frames[2].kind)
    assert.is_true(log.frames[2].masked)
    assert.same({}, log.defects)
    assert.is_nil(log.close)
    assert.is_nil(log["end"])
  end)

  it("answers events by their type, in the order in which they came", function()
    connect { on = {
      ["response.create"] = { { send = {
        type = "response.done", of = "{{event:event_id}}", stream_id = "{{event:stream_id}}",
        metadata = "{{event:response.metadata}}",
      } } },
      turn = { { { send = "first" } }, { { send = "later" } } },
      ["*"] = { { send = "what is {{event:type}}?" } },
    } }
    client:send("text", '{"type":"response.create","event_id":"e1","response":{"metadata":{"n":1}}}')
    client:send("text", '{"type":"turn"}{')
    for _ = 1, 3 do client:send("text", '{"type":"turn"}') end
    local _, first = client:read()
    assert.same({ type = "response.done", of = "e1", metadata = { n = 1 } }, cjson.decode(first))
    local rest = {}
    for i = 1, 4 do rest[i] = select(2, client:read()) end
    assert.same({ "what is ?", "first", "later", "later" }, rest)
  end)

  it("echoes", function()
    connect { steps = { { echo = true } } }
    for _, message in ipairs { { "text", "a" }, { "binary", ("\1"):rep(70000 - 10000) } } do
      client:send(message[1], message[2])
      assert.same({ message[1], message[2], true }, { client:read() })
    end
  end)

  it("closes, and ends the connection when the client has closed", function()
    connect { steps = { { close = 4001, reason = "because" } } }
    assert.same({ "close", close_of(4001, "because"), true }, { client:read() })
    client:send("close", close_of(4001))
    assert.same({ nil, "closed" }, { client:read() })
    local log = log_of(scene, has_ended)
    assert.equal(4001, log.close.code)
    assert.equal("server: fin", log["end"])
    assert.same({}, log.defects)
  end)

  it("answers a close", function()
    connect {}
    client:send("close", close_of(1000, "done"))
    assert.same({ "close", close_of(1000, "done"), true }, { client:read() })
    assert.same({ nil, "closed" }, { client:read() })
    assert.equal("done", log_of(scene, has_ended).close.reason)
  end)

  it("answers nothing when it is mute", function()
    connect { steps = { { mute = true }, { await = 1, kind = "close" }, { send = "still here" } } }
    client:send("ping", "")
    client:send("close", close_of(1000))
    assert.same({ "text", "still here", true }, { client:read() })
    client.connection:settimeout(0.05)
    assert.same({ nil, "timeout" }, { client:read() })
  end)

  it("tells what the client did against the protocol", function()
    connect {}
    client:send("text", "plain", { plain = true })
    client:send("continuation", "lost")
    client:send("text", "\255")
    local log = log_of(scene, function(log) return log.frames_total == 3 end)
    assert.same({ "a frame is not masked", "a fragment out of order", "a text is not UTF-8" }, log.defects)
  end)

  for step, how in pairs { fin = "closed", reset = "closed" } do
    it("drops the connection: " .. step, function()
      connect { steps = { { send = "last" }, { [step] = true } } }
      assert.equal("text", (client:read()))
      assert.same({ nil, how }, { client:read() })
      assert.equal("server: " .. step, log_of(scene, has_ended)["end"])
      assert.equal("complete", scene:requests()[1].outcome)
    end)
  end

  it("tells how the client left", function()
    connect { steps = { { await = 1 } } }
    client:close()
    assert.equal("client: fin", log_of(scene, has_ended)["end"])
    scene:wait(function(journal) return journal.requests[1].outcome == "aborted" end)
  end)

  it("ends after so many bytes of everything", function()
    connect { steps = { { send = "0123456789" } } }
    assert.equal("text", (client:read()))
    local log = scene:requests()[1].socket
    assert.equal(log.head_bytes + 12, log.bytes_sent)
    client:close()
    scene:close()
    connect { cut = log.head_bytes + 5, steps = { { send = "0123456789" } } }
    assert.equal("\129\010012", client.connection:receive(5))
    assert.same({ nil, "closed" }, { client:read() })
  end)

  it("writes in pieces, and all at once", function()
    for _, how in ipairs { { pieces = 1 }, { at_once = true } } do
      how.steps = { { send = "abc" }, { wait = 0 }, { send = "d" } }
      connect(how)
      assert.same({ "text", "abc", true }, { client:read() })
      assert.same({ "text", "d", true }, { client:read() })
      client:close()
      scene:close()
    end
    connect {}
  end)

  it("floods, while others answer", function()
    connect { steps = { { flood = 200000, size = 65536, kind = "binary" } }, on = { ["*"] = { { send = "hm" } } } }
    client:send("text", "x")
    local bytes, answers = 0, 0
    while bytes < 200000 or answers < 1 do
      local kind, payload = client:read()
      if kind == "binary" then bytes = bytes + #payload else answers = answers + 1 end
    end
    assert.equal(200000, bytes)
  end)

  it("does not read for a while", function()
    connect { steps = { { deaf = 0.05 }, { send = "awake" } } }
    client:send("text", "x")
    assert.same({ "text", "awake", true }, { client:read() })
    assert.equal("x", log_of(scene, function(log) return log.messages_total == 1 end).messages[1].bytes)
  end)

  it("is one reply of several, of which the last is used for ever", function()
    scene = server:scenario { repeat_last = true, routes = { ["GET /live"] = {
      { status = 401, json = {} }, { socket = { steps = { { send = "{{n}}" } } } },
    } } }
    for n = 1, 3 do
      client = raw_socket.connect(scene, "/live")
      assert.equal(n == 1 and 401 or 101, client.status)
      if n > 1 then assert.same({ "text", tostring(n), true }, { client:read() }) end
      if n < 3 then client:close() end
    end
  end)

  it("counts within a scenario's limit", function()
    scene = server:scenario { repeat_last = true, limit = { requests = 1 }, replies = { { socket = {} } } }
    for _, status in ipairs { 101, 429 } do
      client = raw_socket.connect(scene, "/live")
      assert.equal(status, client.status)
      assert.equal("0", client.header["x-ratelimit-remaining-requests"])
      if status == 101 then client:close() end
    end
  end)

  it("is refused when it has what there is not", function()
    client = { close = function() end }
    for _, wrong in ipairs { { stepps = {} }, { steps = { { sendd = "x" } } }, { on = { a = { { nothing = 1 } } } } } do
      assert.has_error(function() server:scenario { replies = { { socket = wrong } } } end)
    end
    scene = server:scenario { replies = { { socket = {} } } }
    local connection = assert(require("socket").connect("127.0.0.1", server.http))
    connection:send(("GET %s/v1/x HTTP/1.1\r\nHost: x\r\n\r\n"):format(scene.path))
    assert.matches("^HTTP/1.1 426 ", connection:receive "*l")
    connection:close()
  end)
end)

describe("the built-in API's sockets", function()
  local scene, client

  local function connect(path, fields)
    scene = server:scenario { replies = { { api = "answers" } } }
    client = raw_socket.connect(scene, path, fields or { "Authorization: Bearer sk-spec" })
  end

  after_each(function()
    client:close()
    scene:close()
  end)

  --- Sends an event; the next one of that type.
  local function ask(sent, type_name)
    if sent then client:send("text", cjson.encode(sent)) end
    repeat
      local kind, text = client:read()
      assert.equal("text", kind)
      local event = cjson.decode(text)
      if event.type == type_name then return event end
    until event.type == "error"
    return error(type_name .. " did not come")
  end

  it("ask for a key", function()
    connect("/realtime", {})
    assert.equal(401, client.status)
    assert.matches("API key", client.connection:receive "*a")
  end)

  it("hold a Realtime conversation, in which a response may be cancelled", function()
    connect "/realtime?model=m"
    assert.equal("m", ask(nil, "session.created").session.model)
    local session = ask({ type = "session.update", session = { output_modalities = { "text" } } }, "session.updated")
    assert.same({ "text" }, session.session.output_modalities)
    ask({ type = "conversation.item.create", item = {
      type = "message", role = "user", content = { { type = "input_text", text = "hi" } },
    } }, "conversation.item.done")
    local done = ask({ type = "response.create" }, "response.done")
    assert.matches('You said "hi"', done.response.output[1].content[1].text)
    ask({ type = "response.create", response = { output_modalities = { "audio" } } }, "response.output_audio.delta")
    assert.equal("cancelled", ask({ type = "response.cancel" }, "response.done").response.status)
    local asked = { type = "response.create", response = { tools = { { type = "function", name = "f" } } } }
    assert.equal("f", ask(asked, "response.done").response.output[1].name)
  end)

  it("hear a turn where a sound is followed by silence", function()
    connect "/realtime"
    ask(nil, "session.created")
    local loud, silent = raw_socket.base64(("\0\64"):rep(4800)), raw_socket.base64(("\0"):rep(9600))
    ask({ type = "input_audio_buffer.append", audio = loud }, "input_audio_buffer.speech_started")
    ask({ type = "input_audio_buffer.append", audio = silent }, "input_audio_buffer.committed")
    ask(nil, "response.output_audio.delta")
    ask({ type = "response.cancel" }, "response.done")
  end)

  --- A sound, a silence, and what is answered.
  local function speak(append)
    local loud, silent = raw_socket.base64(("\0\64"):rep(4800)), raw_socket.base64(("\0"):rep(9600))
    for _, audio in ipairs { loud, silent } do
      client:send("text", cjson.encode { type = append, audio = audio })
    end
    assert.equal("0.4 seconds of sound", ask(nil, "session.input_transcript.delta").delta)
    ask(nil, "session.output_transcript.delta")
    ask(nil, "session.output_audio.delta")
    ask({ type = "session.close" }, "session.closed")
  end

  it("hold a Live session", function()
    connect "/live/sessions"
    local asked = { type = "session.start", event_id = "e", session = { model = "gpt-live-1.1" } }
    local started = ask(asked, "session.started")
    assert.same({ "e", "gpt-live-1.1" }, { started.client_event_id, started.session.model })
    speak "session.input_audio.append"
  end)

  it("translate", function()
    connect "/realtime/translations?model=m"
    assert.equal("m", ask(nil, "session.created").session.model)
    speak "session.input_audio_buffer.append"
  end)

  it("give responses in lanes", function()
    connect "/responses"
    local first = ask({ type = "response.create", model = "m", input = "hi", stream_id = "a" }, "response.created")
    assert.equal("a", first.stream_id)
    client:send("text", '{"type":"response.create","model":"m","stream_id":"b"}')
    local refusal = cjson.decode((select(2, client:read())))
    while refusal.stream_id == "a" do refusal = cjson.decode((select(2, client:read()))) end
    assert.equal(400, refusal.status)
    assert.equal("input", refusal.error.param)
  end)
end)
