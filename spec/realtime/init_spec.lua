-- Sockets that resources open: what is sent first, and what can be sent by
-- name.

local conversation = require "spec.support.conversation"
local methods = require "oai.realtime.methods"
local sent = require "oai.realtime.sent"
local server = require("spec.support.server").start()
local targets = require "oai.realtime.targets"

local ECHO = { steps = { { echo = true } } }

--- Opens a socket by a function of the client, has another use it, and gives
--- what arrived.
local function texts_of(loop, open, use)
  local scene = conversation.scene(server, { ECHO })
  conversation.with(scene, loop, {}, function(client)
    local connection = assert(open(client))
    use(connection)
    assert(connection:close())
  end)
  local texts = conversation.texts(scene)
  scene:close()
  return texts
end

local function realtime(client)
  return client.realtime:connect { model = "m" }
end

describe("the methods of a socket of the API's", function()
  it("say how they are called", function()
    for name, method in pairs(methods.target { has_responses = true, has_lanes = true }) do
      local done, message = pcall(method, {})
      assert.is_false(done)
      assert.matches(("oai: connection.%s: call it with a colon, as in connection:%s()"):format(name, name), message,
        1, true)
    end
  end)
end)

for _, loop in ipairs(conversation.loops) do
  describe("a Realtime socket, " .. loop, function()
    it("is told by name", function()
      local texts = texts_of(loop, realtime, function(connection)
        assert(connection.session:update { session = { type = "realtime" } })
        assert(connection.input_audio_buffer:append "abc")
        assert(connection.input_audio_buffer:append { audio = "YWJj", event_id = "e" })
        assert(connection.input_audio_buffer:commit())
        assert(connection.conversation.item:create { item = { type = "message" } })
        assert(connection.response:create { type = "another" })
      end)
      assert.same({
        '{"session":{"type":"realtime"},"type":"session.update"}',
        '{"audio":"YWJj","type":"input_audio_buffer.append"}',
        '{"audio":"YWJj","event_id":"e","type":"input_audio_buffer.append"}', '{"type":"input_audio_buffer.commit"}',
        '{"item":{"type":"message"},"type":"conversation.item.create"}',
        '{"event_id":"response_1","type":"response.create"}',
      }, texts)
    end)

    it("says what is misspelt, at the program's line", function()
      texts_of(loop, realtime, function(connection)
        for message, act in pairs {
          ["a connection has no 'sesion'; did you mean 'session'?"] = function() return connection.sesion end,
          ["connection.session has no 'updat'; did you mean 'update'?"] = function() connection.session:updat() end,
          ["connection.conversation has no 'items'; did you mean 'item'?"] = function()
            return connection.conversation.items
          end,
          ["connection.session.update: call it with a colon, as in connection.session:update(...)"] = function()
            connection.session.update {}
          end,
          ["connection.session.update: expected a table, got string"] = function()
            connection.session:update "x"
          end,
          ["connection.input_audio_buffer.append: expected a table or bytes, got number"] = function()
            connection.input_audio_buffer:append(1)
          end,
          ["connection.session is no function"] = function() connection:session() end,
        } do
          local ok, err = pcall(act)
          assert.is_false(ok)
          assert.matches(message, err, 1, true)
          assert.matches("init_spec.lua:", err, 1, true)
        end
      end)
    end)
  end)
end

describe("a Live socket", function()
  it("begins with its session", function()
    assert.same({ '{"session":{"model":"l"},"type":"session.start"}', '{"type":"session.input_audio.mute"}' },
      texts_of("blocking", function(client)
        return client.live:connect { session = { model = "l" } }
      end, function(connection)
        assert(connection.session.input_audio:mute())
      end))
  end)

  it("begins with it anew where it is made again", function()
    local scene = conversation.scene(server, { { steps = { { await = 1 }, { close = 1011 } } }, ECHO })
    conversation.with(scene, "blocking", {}, function(client)
      local again
      local connection = assert(client.live:connect { session = { model = "l" }, initial_delay = 0.001,
        on_reconnect = function(one)
          again = true
          assert(one.session:update { session = {} })
        end })
      while not again do
        assert(connection:next(5))
      end
      assert(connection:close())
    end)
    assert.same({ '{"session":{"model":"l"},"type":"session.start"}', '{"session":{},"type":"session.update"}' },
      conversation.texts(scene, 2))
    scene:close()
  end)

  it("is joined from beside, and forked", function()
    local scene = conversation.scene(server, { ECHO, ECHO })
    conversation.with(scene, "blocking", {}, function(client)
      assert(assert(client.live.sideband:connect("ls_1", { graceful_close = true })):close())
      assert(assert(client.live.forks:connect("ls_1")):close())
    end)
    assert.same({}, conversation.texts(scene, 1))
    assert.same({ '{"type":"session.start"}' }, conversation.texts(scene, 2))
    scene:close()
  end)
end)

describe("a socket of the beta", function()
  it("says so in its header", function()
    local scene = conversation.scene(server, { ECHO, ECHO })
    conversation.with(scene, "blocking", {}, function(client)
      local responses = assert(client.beta.responses:connect { betas = { "a=v1", "b=v2" }, max_lanes = 1 })
      assert(responses.response:inject {})
      assert(assert(responses:lane()):create { model = "m", input = "?" })
      assert(responses:close())
      local realtime_beta = assert(client.beta.realtime:connect { model = "m" })
      assert(realtime_beta.transcription_session:update { session = {} })
      assert(realtime_beta:close())
    end)
    assert.same({ '{"type":"response.inject"}', '{"input":"?","model":"m","type":"response.create"}' },
      conversation.texts(scene, 1))
    assert.same({ '{"session":{},"type":"transcription_session.update"}' }, conversation.texts(scene, 2))
    local requests = scene:requests()
    assert.equal("a=v1,b=v2", requests[1].header["openai-beta"])
    assert.equal("realtime=v1", requests[2].header["openai-beta"])
    assert.equal("/v1/realtime?model=m", requests[2].url)
    scene:close()
  end)
end)

describe("what may be sent", function()
  it("is known of each kind of socket", function()
    for kind, target in pairs(targets.rows) do
      assert.is_table(sent[target.kind], kind)
      assert.is_true(not target.first or sent[target.kind][target.first] ~= nil, kind)
    end
  end)
end)
