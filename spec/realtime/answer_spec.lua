-- What adds up over a socket while its events are read.

local answer = require "oai.realtime.answer"
local base64 = require "oai.codec.base64"
local conversation = require "spec.support.conversation"
local scenes = require "spec.support.socket_scenes"
local server = require("spec.support.server").start()

--- Runs a function with a connection to such an endpoint.
local function with(loop, endpoint, open, fn)
  local scene = conversation.scene(server, type(endpoint) == "table" and endpoint[1] and endpoint or { endpoint })
  conversation.with(scene, loop, {}, function(client)
    local connection = assert(open(client))
    fn(connection)
    connection:close()
  end)
  scene:close()
end

local function realtime(client)
  return client.realtime:connect { model = "m", initial_delay = 0.001 }
end

for _, loop in ipairs(conversation.loops) do
  describe("what a socket's other side says, " .. loop, function()
    it("is a response, its text and its sound", function()
      local sound = ("\0\1\254"):rep(4000)
      with(loop, scenes.realtime { said = { { text = "Hello there." }, { audio = sound, transcript = "I speak." } } },
        realtime, function(connection)
          assert.equal("", connection:text())
          assert(connection.response:create())
          local response = assert(connection:response())
          assert.equal("completed", response.status)
          assert.equal("Hello there.", connection:text())
          assert.equal("Hello there.", connection:text())
          assert.equal("", connection:audio())
          assert(connection.response:create())
          assert.equal("resp_2", assert(connection:response()).id)
          assert.equal("I speak.", connection:text())
          assert.is_true(sound == connection:audio())
          assert.equal("", connection:audio())
        end)
    end)

    it("is there in pieces, as events are read", function()
      with(loop, scenes.realtime { said = { text = "One two three." } }, realtime, function(connection)
        assert(connection.response:create())
        local texts = {}
        repeat
          local event = assert(connection:next())
          texts[#texts + 1] = event.type == "response.output_text.delta" and connection:text() or nil
        until event.type == "response.done"
        assert.same({ "One ", "One two ", "One two three." }, texts)
        assert.equal("resp_1", assert(connection:response()).id) -- which had ended already
      end)
    end)

    it("is a response of Responses, whatever became of it", function()
      with(loop, scenes.responses { said = { text = "Yes." } }, function(client)
        return client.responses:connect()
      end, function(connection)
        assert(connection.response:create { model = "m", input = "?" })
        local response = assert(connection:response())
        assert.equal("completed", response.status)
        assert.equal("Yes.", connection:text())
        assert.equal("function", type(response.to_input)) -- it has its methods
      end)
    end)

    it("is what a session says, as it goes", function()
      with(loop, scenes.translation { text = "Guten Tag", audio = "abcd", heard = "Good day" }, function(client)
        return client.realtime.translations:connect { model = "t" }
      end, function(connection)
        assert.equal("", connection:text())
        assert.equal("", connection:audio())
        assert(connection.session.input_audio_buffer:append "xyz")
        assert(connection.session:close())
        repeat
          local event = assert(connection:next())
        until event.type == "session.closed"
        assert.equal("Guten Tag", (connection:text():gsub("%s+$", "")))
        assert.equal("abcd", connection:audio())
        assert.equal("", connection:text())
      end)
    end)

    it("is an error where it is gone with its connection, which is made again", function()
      with(loop, { { on = { ["response.create"] = {
        { send = { type = "response.created", response = { id = "r" } } }, { close = 1011 },
      } } }, scenes.realtime { said = { text = "Again." } } }, function(client)
        return client.realtime:connect { model = "m", initial_delay = 0.001, on_reconnect = function() end }
      end, function(connection)
        assert(connection.response:create())
        local response, err = connection:response()
        assert.is_nil(response)
        assert.same({ "closed", 1011 }, { err.kind, err.code })
        assert(connection.response:create())
        assert(connection:response())
        assert.equal("Again.", connection:text())
      end)
    end)

    it("is an error where it is gone, though the other side says nothing more", function()
      with(loop, { { on = { ["response.create"] = {
        { send = { type = "response.created", response = { id = "r" } } }, { close = 1011 },
      } } }, scenes.responses {} }, function(client)
        return client.responses:connect { initial_delay = 0.001, on_reconnect = function() end }
      end, function(connection)
        assert(connection.response:create { model = "m", input = "?" })
        local response, err = connection:response()
        assert.is_nil(response)
        assert.same({ "closed", 1011 }, { err.kind, err.code })
      end)
    end)

    it("is an error where what has asked for it is refused, and no other error is that", function()
      local refused = { code = "bad", message = "Not so.", event_id = "{{event:event_id}}" }
      local other = { type = "error", error = { message = "Something else.", event_id = "another" } }
      local realtime_endpoint = scenes.realtime { said = { { text = "Hello." } } }
      table.insert(realtime_endpoint.on["response.create"], 1, {
        { send = other }, { send = { type = "error", error = refused } },
      })
      with(loop, realtime_endpoint, realtime, function(connection)
        assert(connection.response:create())
        local response, err = connection:response()
        assert.is_nil(response)
        assert.same({ "stream", "bad", "Not so." }, { err.kind, err.code, err.message })
        assert(connection.response:create { event_id = "mine" })
        assert.equal("resp_1", assert(connection:response()).id)
      end)
      with(loop, { on = { ["response.create"] = {
        { send = { type = "error", code = "x", message = "Of a lane.", stream_id = "a" } },
        { send = { type = "error", code = "y", message = "Of ours." } },
      } } }, function(client)
        return client.responses:connect()
      end, function(connection)
        assert(connection.response:create { model = "m", input = "?" })
        local response, err = connection:response()
        assert.is_nil(response)
        assert.equal("Of ours.", err.message)
      end)
    end)

    it("is an error where the connection ends before", function()
      with(loop, { steps = { { await = 1 }, { close = 1000 } } }, realtime, function(connection)
        assert(connection.response:create())
        local response, err = connection:response()
        assert.is_nil(response)
        assert.equal("closed", err.kind)
        assert.matches("before a response had ended", err.message, 1, true)
      end)
    end)
  end)
end

describe("the answer of a socket", function()
  it("may begin in the middle, and is forgotten with its connection", function()
    local state = answer.new()
    answer.add(state, { type = "response.output_text.delta", response_id = "r", delta = "end." })
    assert.equal("end.", answer.text(state))
    answer.add(state, { type = "response.created", response = { id = "s" } })
    assert.equal("", answer.text(state))
    assert.is_true(state.is_open)
    answer.add(state, { type = "response.output_text.delta", response_id = "s", delta = "half" })
    answer.lost(state)
    assert.is_false(state.is_open)
    assert.equal("", answer.text(state))
  end)

  it("bears what is no such event", function()
    local state = answer.new()
    for _, event in ipairs { 1, "x", {}, { type = 1 }, { type = "response.created" }, { type = "response.done" },
      { type = "response.output_text.delta", delta = false }, { type = "response.output_audio.delta", delta = "!" },
      { type = "response.done", response = 1 } } do
      answer.add(state, event)
    end
    assert.equal("", answer.text(state))
    assert.equal("", answer.audio(state))
    assert.is_nil(state.final)
  end)

  it("takes as long for each piece, however many there are", function()
    local state = answer.new()
    local piece = base64.encode "abc"
    for _ = 1, 20000 do
      answer.add(state, { type = "response.output_audio.delta", delta = piece })
      answer.add(state, { type = "response.output_text.delta", delta = "x" })
    end
    assert.equal(60000, #answer.audio(state))
    assert.equal(20000, #answer.text(state))
  end)
end)
