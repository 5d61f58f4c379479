-- What becomes of events on their way in and out: sessions that end, and keys.

local conversation = require "spec.support.conversation"
local json = require "oai.codec.json"
local oai = require "oai"
local scenes = require "spec.support.socket_scenes"
local server = require("spec.support.server").start()

local CLOSED = { send = { type = "session.closed", event_id = "e" } }

local function translation(client, more)
  local given = { model = "t", initial_delay = 0.001 }
  for name, value in pairs(more or {}) do
    given[name] = value
  end
  return assert(client.realtime.translations:connect(given))
end

--- Has a function use a client of a scene; the types of what it has sent over
--- the nth socket.
local function talk(loop, endpoints, fn, n)
  local scene = conversation.scene(server, endpoints)
  conversation.with(scene, loop, {}, fn)
  local types = {}
  for i, text in ipairs(conversation.texts(scene, n)) do
    types[i] = json.decode(text).type
  end
  scene:close()
  return types
end

for _, loop in ipairs(conversation.loops) do
  describe("a session, " .. loop, function()
    it("is closed once, and read to its end", function()
      local types = talk(loop, { scenes.translation { text = "Guten Tag" } }, function(client)
        local connection = translation(client)
        assert(connection.session.input_audio_buffer:append "abc")
        assert.is_true(connection.session:close())
        assert.is_true(connection.session:close())
        local last, event, err
        repeat
          last = event
          event, err = connection:next()
        until event == nil
        assert.is_nil(err)
        assert.equal("session.closed", last.type)
        assert.equal("closed", connection.status)
      end)
      assert.same({ "session.input_audio_buffer.append", "session.close" }, types)
    end)

    it("has ended where the other side only says so", function()
      talk(loop, { { on = { ["session.close"] = { CLOSED, { await = 100 } } } } }, function(client)
        local connection = translation(client)
        assert(connection.session:close())
        assert.equal("session.closed", assert(connection:next()).type)
        assert.same({}, { connection:next() })
        assert.is_true(connection:close())
      end)
    end)

    it("is not begun again once the program has closed it", function()
      talk(loop, { { on = { ["session.close"] = { { close = 1011 } } } } }, function(client)
        local connection = translation(client, { on_reconnect = function() end })
        assert(connection.session:close())
        local event, err = connection:next()
        assert.is_nil(event)
        assert.same({ "closed", 1011 }, { err.kind, err.code })
      end)
    end)

    it("that breaks ends what its lanes had under way", function()
      talk(loop, { { on = { ["response.create"] = {
        { send = { type = "response.created", response = { id = "r" }, stream_id = "a" } }, { close = 1011 },
      } } }, scenes.responses { said = { text = "Again." } } }, function(client)
        local connection = assert(client.responses:connect { initial_delay = 0.001, on_reconnect = function() end })
        local lane = assert(connection:lane "a")
        assert(lane:create { model = "m", input = "?" })
        local _, err = lane:final()
        assert.same({ "closed", 1011 }, { err.kind, err.code })
        assert(lane:create { model = "m", input = "?" })
        assert.equal("Again.", assert(lane:final()).output_text)
      end)
    end)

    it("of a translation is begun again without what waited", function()
      local told
      local types = talk(loop, { { steps = { { close = 1011 } } }, { steps = { { await = 1 }, CLOSED } } },
        function(client)
          local connection
          connection = translation(client, {
            on_reconnecting = function(now)
              told = now
              assert(connection.session.input_audio_buffer:append "new")
            end,
          })
          assert.equal("session.closed", assert(connection:next(5)).type)
        end, 2)
      assert.same({ "session.input_audio_buffer.append" }, types)
      assert.same({}, told.unsent)
    end)
  end)
end

describe("a translation", function()
  it("is of a model of the API's, and has no intent", function()
    local client = oai.client { api_key = "sk-spec", base_url = "http://127.0.0.1:1/v1" }
    local azure = oai.azure { endpoint = "https://r.openai.azure.com", api_version = "1", api_key = "k" }
    for message, call in pairs {
      ["give 'model'"] = { client, {} },
      ["has no 'intent'"] = { client, { model = "t", intent = "transcription" } },
      ["translation has no 'intent'"] = { client, { model = "t", query = { intent = "transcription" } } },
      ["providers have no translations"] = { azure, { model = "t" } },
    } do
      local translations = call[1].realtime.translations
      local ok, err = pcall(translations.connect, translations, call[2])
      assert.is_false(ok)
      assert.matches(message, err, 1, true)
    end
    client:close()
    azure:close()
  end)
end)

describe("a key", function()
  it("for a while takes a client's place", function()
    local scene = server:scenario { replies = {
      { json = { value = "ek_spec", expires_at = 1 } }, { socket = { steps = { { await = 1 } } } },
      { socket = { steps = { { await = 1 } } } },
    } }
    conversation.with(scene, "blocking", {}, function(client)
      local secret = assert(client.realtime.client_secrets:create { session = { type = "realtime", model = "m" } })
      local connection = assert(client.realtime:connect { model = "m", api_key = secret.value })
      assert(connection:close())
      local player = client:with { api_key = secret.value }
      assert(assert(player.realtime:connect { model = "m" }):close())
    end)
    local requests = scene:requests()
    assert.equal("Bearer ek_spec", requests[2].header.authorization)
    assert.equal("Bearer ek_spec", requests[3].header.authorization)
    scene:close()
  end)
end)
