-- The ready-made conversations over sockets, as a client of plain TCP meets them.

local cjson = require "cjson"
local raw_socket = require "spec.support.raw_socket"
local scenes = require "spec.support.socket_scenes"
local server = require("spec.support.server").start()

describe("a ready-made conversation", function()
  local scene, client

  local function connect(socket)
    scene = server:scenario { replies = { { socket = socket } } }
    client = raw_socket.connect(scene, "/x")
  end

  after_each(function()
    client:close()
    scene:close()
  end)

  local function next_event()
    local kind, text = client:read()
    assert.equal("text", kind)
    return cjson.decode(text)
  end

  --- Sends an event; the events up to one of that type, by their types in a list, and the last one.
  local function ask(sent, last_type)
    if sent then client:send("text", cjson.encode(sent)) end
    local types, last = {}
    repeat
      last = next_event()
      types[#types + 1] = last.type
    until last.type == last_type
    return types, last
  end

  it("is a Realtime one, turn by turn", function()
    connect(scenes.realtime { model = "m", said = {
      { text = "Good morning to you." }, { audio = ("a"):rep(7000), transcript = "Hello you" },
      { call = "clock", arguments = '{"zone":"UTC"}' },
    } })
    local _, created = ask(nil, "session.created")
    assert.equal("m", created.session.model)
    local _, updated = ask({ type = "session.update", session = { instructions = "x" } }, "session.updated")
    assert.same({ instructions = "x" }, updated.session)
    local types, done = ask({ type = "response.create", response = { metadata = { a = "b" } } }, "response.done")
    assert.same({
      "response.created", "response.output_item.added", "conversation.item.added", "response.content_part.added",
      "response.output_text.delta", "response.output_text.delta", "response.output_text.delta",
      "response.output_text.delta", "response.output_text.done", "response.content_part.done",
      "response.output_item.done", "conversation.item.done", "response.done",
    }, types)
    assert.equal("Good morning to you.", done.response.output[1].content[1].text)
    assert.same({ a = "b" }, done.response.metadata)
    types, done = ask({ type = "response.create" }, "response.done")
    assert.equal("rate_limits.updated response.created", table.concat(types, " ", 1, 2))
    assert.equal("Hello you", done.response.output[1].content[1].transcript)
    types, done = ask({ type = "response.create" }, "response.done")
    assert.equal(11, #types)
    assert.equal('{"zone":"UTC"}', done.response.output[1].arguments)
  end)

  it("is a translation", function()
    connect(scenes.translation {})
    ask(nil, "session.created")
    ask({ type = "session.input_audio_buffer.append", audio = "AAAA" }, "session.output_audio.delta")
    ask({ type = "session.close" }, "session.closed")
    assert.same({ "close", raw_socket.close_of(1000), true }, { client:read() })
  end)

  it("is one of responses in lanes, which continue each other", function()
    connect(scenes.responses { said = { { text = "One two." }, { call = "f", arguments = "{}" } } })
    local types, completed = ask({ type = "response.create", model = "m", stream_id = "a" }, "response.completed")
    assert.equal(9 + 1, #types)
    assert.equal("a", completed.stream_id)
    assert.equal("One two.", completed.response.output[1].content[1].text)
    local _, second = ask({ type = "response.create", previous_response_id = completed.response.id },
      "response.completed")
    assert.is_nil(second.stream_id)
    assert.equal("resp_1", second.response.previous_response_id)
    assert.equal("function_call", second.response.output[1].type)
  end)

  it("is a Live one", function()
    connect(scenes.live { said = { text = "Hi you", heard = "Hello", audio = "abc" } })
    local _, started = ask({ type = "session.start", event_id = "e1", session = {} }, "session.started")
    assert.equal("e1", started.client_event_id)
    local types = ask({ type = "session.input_audio.append", audio = "AAAA" }, "session.output_audio.delta")
    assert.equal(4, #types)
    local _, closed = ask({ type = "session.close" }, "session.closed")
    assert.equal("live_1", closed.session.id)
  end)
end)
