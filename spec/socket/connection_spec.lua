-- A connection while it is open: what is sent and read, in order; how it ends.

local closing = require "oai.socket.closing"
local conversation = require "spec.support.conversation"
local core = require "oai.core"
local oai = require "oai"
local pause = require "oai.task.pause"
local process = require "spec.support.process"
local server = require("spec.support.server").start()
local socket = require "oai.socket"

local ECHO = { steps = { { echo = true } } }

for _, loop in ipairs(conversation.loops) do
  describe("a connection, " .. loop, function()
    local scene

    --- Runs a function with a connection to a socket that does this; what it returns.
    local function with(replies, options, fn, what, given)
      scene = conversation.scene(server, replies[1] and replies or { replies })
      return conversation.with(scene, loop, given, function(client)
        return fn(assert(conversation.open(client, options, what)), client)
      end)
    end

    after_each(function()
      scene:close()
    end)

    it("sends events, texts and bytes as they are at the call, and in order", function()
      with(ECHO, nil, function(connection)
        local event = { type = "x", list = oai.array {}, nothing = oai.null }
        assert.is_true(connection:send(event))
        event.type = "changed"
        assert.is_true(connection:send '{"type":"text"}')
        assert.is_true(connection:send_bytes "\0\255")
        assert.is_true(connection:drain())
        assert.same({ type = "x", list = {} }, connection:next())
        assert.same({ type = "text" }, connection:next())
        assert.same({ type = "binary", bytes = "\0\255" }, connection:next())
        assert.is_true(connection:close())
      end)
      assert.same({ '{"list":[],"nothing":null,"type":"x"}', '{"type":"text"}', { "\0\255" } },
        conversation.texts(scene))
      assert.same({}, conversation.log(scene).defects)
    end)

    it("ends cleanly where the server closes it so, and is asked again in vain", function()
      with({ steps = { { send = { n = "{{i}}" }, times = 3 }, { close = 1000, reason = "done" } } }, nil,
        function(connection)
          local seen, next_event = {}, connection:events()
          local event = next_event() -- no `for`: PUC Lua 5.1 cannot wait within one
          while event do
            seen[#seen + 1] = event.n
            next_event = connection -- which gives them itself, too
            event = next_event()
          end
          assert.same({ "1", "2", "3" }, seen)
          assert.same({ nil, nil }, { connection:next() })
          assert.equal("closed", connection.status)
          assert.is_true(connection:close())
          local sent, err = connection:send { type = "late" }
          assert.is_nil(sent)
          assert.equal("closed", err.kind)
          assert.same({ '{"type":"late"}' }, err.unsent)
        end)
      assert.equal(1000, conversation.log(scene).close.code)
    end)

    it("raises what broke it, after all events that came before", function()
      with({ steps = { { send = { n = 1 } }, { send = { n = 2 } }, { close = 1011, reason = "too hot" } } }, nil,
        function(connection)
          assert.equal(1, connection:next().n)
          assert.equal(2, connection:next().n)
          local _, err = connection:next()
          local done, fault = pcall(connection:events()) -- which waits no more
          assert.is_false(done)
          assert.equal(err, fault)
          assert.equal("closed", fault.kind)
          assert.equal(1011, fault.code)
          assert.equal("too hot", fault.reason)
          assert.equal("realtime.connect", fault.operation)
          assert.equal("req_1", fault.request_id)
          assert.is_nil(fault.status)
          assert.same({ {}, {} }, { fault.unsent, fault.lost })
          assert.truthy(tostring(fault):find("1011: the server has closed the connection: too hot", 1, true))
          assert.equal(fault, select(2, connection:next()))
        end)
    end)

    for _, case in ipairs {
      { "a cut", { { send = { n = 1 } }, { fin = true } }, "connection" },
      { "a reset", { { send = { n = 1 } }, { await = true }, { reset = true } }, "connection", true },
      { "a close without a code", { { send = { n = 1 } }, { close = true } }, "closed", false, 1005 },
      { "a masked frame", { { send = { n = 1 } }, { frame = { kind = "text", payload = "x", masked = true } } },
        "protocol" },
      { "text that is no UTF-8", { { send = { n = 1 } }, { send_base64 = "/w==" } }, "protocol" },
    } do
      it("breaks by " .. case[1], function()
        with({ steps = case[2] }, nil, function(connection)
          assert.same({ n = 1 }, connection:next())
          if case[4] then
            connection:send "go"
          end
          local event, err = connection:next(10)
          assert.is_nil(event)
          assert.equal(case[3], err.kind)
          assert.equal(case[5], err.code)
          assert.equal("closed", connection.status)
        end)
      end)
    end

    it("takes no message above its ceiling", function()
      with({ steps = { { send = ("x"):rep(2000) } } }, { max_event_bytes = 1000 }, function(connection)
        local _, err = connection:next(10)
        assert.equal("limit", err.kind)
      end)
      assert.equal(1009, conversation.log(scene).close.code)
    end)

    it("goes on after an event that is no JSON", function()
      with({ steps = { { send = "{" }, { send = "null" }, { send = { n = 1 } } } }, nil, function(connection)
        for _, body in ipairs { "{", "null" } do
          local event, err = connection:next()
          assert.is_nil(event)
          assert.equal("decode", err.kind)
          assert.equal(body, err.body)
        end
        assert.same({ n = 1 }, connection:next())
        assert.equal("open", connection.status)
      end)
    end)

    it("waits for an event as long as it is told, and loses none by that", function()
      with({ steps = { { await = true }, { send = { n = 1 } } } }, nil, function(connection)
        local started = core.clock()
        local event, err = connection:next(0.05)
        assert.is_nil(event)
        assert.equal("timeout", err.kind)
        assert.equal("next", err.reason)
        assert.truthy(core.clock() - started >= 0.045)
        assert.equal("open", connection.status)
        event, err = connection:next(0)
        assert.is_nil(event)
        assert.equal("timeout", err.kind)
        connection:send "go"
        assert.same({ n = 1 }, connection:next(10))
      end)
    end)

    it("closes with a code and a reason, behind what was sent", function()
      with(ECHO, nil, function(connection)
        connection:send(("x"):rep(200000))
        assert.is_true(connection:close(4001, "enough"))
        assert.equal("closed", connection.status)
        assert.same({ nil, nil }, { connection:next() })
      end)
      local log = conversation.log(scene)
      assert.equal(4001, log.close.code)
      assert.equal("enough", log.frames[#log.frames].bytes:sub(3))
      assert.equal(200000, log.messages[1].length)
      assert.same({}, log.defects)
    end)

    --- Gives the other side less time to agree.
    local function hastily(fn)
      local patience = closing.patience
      assert.equal(2, patience)
      closing.patience = 0.1
      local done, fault = pcall(fn)
      closing.patience = patience
      assert(done, fault)
    end

    it("closes within two seconds, whatever the other side does", function()
      hastily(function()
        with({ mute = true, steps = {} }, nil, function(connection)
          local started = core.clock()
          assert.is_true(connection:close())
          assert.equal("closed", connection.status)
          local took = core.clock() - started
          assert.truthy(took < 2 and took > 0.09, took)
        end)
      end)
    end)

    it("ends for all who read it when one task closes it, whatever the other side does", function()
      hastily(function()
        with({ mute = true, steps = {} }, nil, function(connection, client)
          local readers = {}
          for i = 1, 3 do
            readers[i] = client:spawn(function()
              local event, err = connection:next()
              return event == nil and err == nil
            end)
          end
          assert.is_true(connection:close())
          assert.same({ true, true, true }, { assert(client:gather(readers))[1], readers[2].value, readers[3].value })
        end)
      end)
    end)

    it("tells what never went out where its client is closed", function()
      with({ steps = { { deaf = 60 } } }, { max_queue_bytes = 1e9 }, function(connection, client)
        for _ = 1, 3 do
          assert.is_true(connection:send(("x"):rep(8000000)))
        end
        connection:send "last"
        client:close()
        local _, err = connection:next()
        assert.equal("cancelled", err.kind)
        assert.equal("last", err.unsent[#err.unsent])
      end)
    end)

    it("drains nothing any more where its client is closed", function()
      with({ steps = { { deaf = 60 } } }, { max_queue_bytes = 1e9 }, function(connection, client)
        assert.is_true(connection:send(("x"):rep(24000000)))
        connection:send "last"
        client:close()
        local drained, err = connection:drain(5)
        assert.same({ nil, "cancelled", "last" }, { drained, err.kind, err.unsent[#err.unsent] })
        assert.equal("closed", connection.status)
      end)
    end)

    it("has no more than so many bytes and messages wait", function()
      with({ steps = { { deaf = 60 } } }, { max_queue_bytes = 5000, max_queue_messages = 3, timeout = 0.1 },
        function(connection)
          local sent, drained, err, began
          local limit = core.clock() + 20
          repeat -- what the system takes does not wait, though it may take it late
            assert(core.clock() < limit, "the system takes all of it")
            repeat
              began = core.clock()
              sent, err = connection:send(("x"):rep(400000))
            until not sent
            assert.truthy(core.clock() - began >= 0.09)
            assert.equal("limit", err.kind)
            assert.equal("queue", err.reason)
            assert.equal(400000, #err.unsent[1])
            assert.equal("open", connection.status)
            drained, err = connection:drain(0.02)
          until not drained
          assert.equal("timeout", err.kind)
          connection:send "little"
        end)
    end)

    it("waits for room, while the other side is behind", function()
      with({ steps = { { deaf = 0.1 }, { await = 16 }, { send = { n = 1 } } } }, { max_queue_bytes = 500000 },
        function(connection)
          for _ = 1, 16 do
            assert.is_true(connection:send(("x"):rep(400000)))
          end
          assert.is_true(connection:drain(20))
          assert.same({ n = 1 }, connection:next(20))
        end)
    end)

    it("waits for nothing to go out where it is over", function()
      with({ steps = {}, cut = { heard = 1000, how = "reset" } }, { max_queue_bytes = 1e9 },
        function(connection)
          assert.is_true(connection:send(("x"):rep(16000000)))
          local drained, err = connection:drain(10)
          assert.is_nil(drained)
          assert.equal("connection", err.kind)
        end)
      scene:close()
      with({ steps = {}, cut = { heard = 1000, how = "reset" } }, { max_queue_messages = 1, timeout = 10 },
        function(connection)
          assert.is_true(connection:send(("x"):rep(16000000)))
          local sent, err = connection:send "x"
          assert.is_nil(sent)
          assert.same({ "connection", { "x" } }, { err.kind, err.unsent })
        end)
    end)

    it("tells what never went out when it is closed before", function()
      hastily(function()
        with({ mute = true, steps = { { deaf = 60 } } }, { max_queue_bytes = 100000000 }, function(connection)
          for _ = 1, 4 do
            assert.is_true(connection:send(("x"):rep(8000000)))
          end
          connection:send "last"
          connection:send_bytes "bytes"
          local closed, err = connection:close()
          assert.is_nil(closed)
          assert.equal("closed", err.kind)
          assert.same({ bytes = "bytes" }, err.unsent[#err.unsent])
          assert.equal("last", err.unsent[#err.unsent - 1])
          assert.equal(1, #err.lost)
          assert.truthy(#err.unsent + #err.lost <= 6)
        end)
      end)
    end)

    it("tells what had begun to go out when it is closed before", function()
      hastily(function()
        with({ mute = true, steps = { { deaf = 60 } } }, { max_queue_bytes = 100000000 }, function(connection)
          local all = ("x"):rep(16000000)
          assert.is_true(connection:send(all))
          local closed, err = connection:close()
          assert.is_nil(closed)
          assert.same({ "closed", {}, 1 }, { err.kind, err.unsent, #err.lost })
        end)
      end)
    end)

    it("refuses an event that is no object, and goes on", function()
      local none = { send = "null" }
      with({ steps = { none, { send = "false" }, { send = "1" }, { send = '"x"' }, { send = { n = 1 } } } }, nil,
        function(connection)
          for i, body in ipairs { "null", "false", "1", '"x"' } do
            local event, err = connection:next()
            assert.is_nil(event)
            assert.same({ i, "decode", body }, { i, err.kind, err.body })
            assert.truthy(err.message:find("no object", 1, true), err.message)
          end
          assert.same({ n = 1 }, connection:next())
        end)
    end)

    it("was cut where the other side just ends it, and says so", function()
      for _, how in ipairs { "fin", "cut" } do
        with({ steps = { { [how] = true } } }, nil, function(connection)
          local _, err = connection:next()
          assert.equal("connection", err.kind)
          assert.truthy(err.message:find("without a close frame", 1, true), err.message)
        end)
        scene:close()
      end
    end)

    it("asks for signs of life, and takes any for one", function()
      local started = core.clock()
      with({ steps = { { wait = 0.15 }, { send = { n = 1 } } } }, { ping_interval = 0.04, ping_timeout = 5 },
        function(connection)
          assert.same({ n = 1 }, connection:next())
          assert.equal("timeout", select(2, connection:next(0.06)).kind)
        end)
      local most = (core.clock() - started) / 0.04 + 1
      local kinds = {}
      for _, frame in ipairs(conversation.log(scene).frames) do
        kinds[frame.kind] = (kinds[frame.kind] or 0) + 1
      end
      assert.truthy(kinds.ping >= 2 and kinds.ping <= most, kinds.ping)
    end)

    it("takes texts for signs of life", function()
      local steps = {}
      for n = 1, 10 do
        steps[2 * n - 1], steps[2 * n] = { send = { n = n } }, { wait = 0.1 }
      end
      with({ mute = true, steps = steps }, { ping_interval = 0.4, ping_timeout = 0.4 }, function(connection)
        for n = 1, 10 do
          assert.equal(n, assert(connection:next()).n)
        end
      end)
    end)

    it("takes the answer for one", function()
      with({ steps = {} }, { ping_interval = 0.05, ping_timeout = 1.2 }, function(connection)
        local _, err = connection:next(1.5)
        assert.equal("next", err.reason)
        assert.equal("open", connection.status)
      end)
    end)

    it("breaks where none comes", function()
      with({ mute = true, steps = {} }, { ping_interval = 0.03, ping_timeout = 0.05 }, function(connection)
        local started = core.clock()
        local _, err = connection:next()
        assert.equal("timeout", err.kind)
        assert.truthy(err.message:find("ping", 1, true))
        assert.truthy(core.clock() - started < 2)
        assert.equal("closed", connection.status)
      end)
    end)

    it("is closed with its client", function()
      with(ECHO, nil, function(connection, client)
        local reader = client:spawn(function()
          return connection:next()
        end)
        client:close()
        local _, err = reader:await()
        assert.equal("cancelled", err.kind)
        _, err = connection:next()
        assert.equal("cancelled", err.kind)
        assert.equal("closed", connection.status)
        assert.is_nil((connection:send "x"))
        assert.is_true(connection:close())
      end)
      conversation.log(scene)
    end)

    it("is left by a task that is cancelled, and goes on", function()
      with({ on = { go = { { send = { n = 1 } } } }, steps = {} }, nil, function(connection, client)
        local readers = {}
        for i = 1, 3 do -- one watches, the others wait beside it
          readers[i] = client:spawn(function()
            return { connection:next() }
          end)
        end
        for _, i in ipairs { 2, 1, 3 } do
          readers[i]:cancel()
          assert.equal("cancelled", readers[i]:await()[2].kind) -- returned, not raised
        end
        assert.equal("open", connection.status)
        connection:send { type = "go" }
        assert.same({ n = 1 }, connection:next(10))
      end)
    end)

    it("is read by several tasks, each event once, while others send", function()
      with({ steps = { { echo = true } } }, nil, function(connection, client)
        local seen, count = {}, 0
        local function read()
          local event = connection:next()
          while event do
            seen[event.n], count = (seen[event.n] or 0) + 1, count + 1
            if count == 200 then
              connection:close()
            end
            event = connection:next()
          end
          return true
        end
        local tasks = { client:spawn(read), client:spawn(read), client:spawn(read) }
        for i = 1, 4 do
          tasks[#tasks + 1] = client:spawn(function()
            for n = 1, 50 do
              assert(connection:send { n = i * 100 + n })
              if n % 10 == 0 then
                connection:drain()
              end
            end
            return true
          end)
        end
        assert(client:gather(tasks))
        for i = 1, 4 do
          for n = 1, 50 do
            assert.equal(1, seen[i * 100 + n])
          end
        end
      end)
    end)

    it("ends when nobody has it any more", function()
      with(ECHO, nil, function(_, client)
        assert.truthy(conversation.open(client, nil, { path = "/realtime" }) == nil) -- the scene has no other
        collectgarbage()
        collectgarbage()
        client:request("GET", "/x") -- lets the engine do it
      end)
      conversation.log(scene)
    end)

    it("holds no more memory where it is not read", function()
      with({ steps = { { flood = 100000000, size = 100000 } } }, { ping_interval = false }, function(connection, client)
        assert.equal(100000, #connection:next().bytes)
        local before = process.memory()
        for _ = 1, 40 do
          pause(client, 0.005)
        end
        assert.truthy(process.memory() - before < 8000000, process.memory() - before)
      end)
    end)
  end)
end

describe("a connection", function()
  it("has what its room gives it, and nothing else", function()
    local scene = conversation.scene(server, { ECHO })
    conversation.with(scene, nil, nil, function(client)
      local heard, sent = {}, {}
      local connection = assert(conversation.open(client, nil, {
        methods = { session = { id = 1 }, double = function(self, n)
          return self:send { n = n * 2 }
        end },
        heard = function(_, event) heard[#heard + 1] = event.n end,
        sending = function(_, event)
          sent[#sent + 1] = event.n
          if event.n == 6 then
            return nil, "six"
          end
          event.added = true
          return event
        end,
      }))
      assert.truthy(socket.is_one(connection))
      assert.equal(1, connection.session.id)
      assert.is_true(connection:double(2))
      assert.same({ nil, "six" }, { connection:double(3) })
      assert.same({ n = 4, added = true }, connection:next())
      assert.same({ { 4 }, { 4, 6 } }, { heard, sent })
      assert.equal("oai.Connection realtime.connect (open)", tostring(connection))
      for name, hint in pairs { sned = "send", sesion = "session", zzz = "has no 'zzz'" } do
        local done, fault = pcall(function() return connection[name] end)
        assert.is_false(done)
        assert.truthy(fault:find(hint, 1, true), fault)
      end
      assert.is_nil(connection.toJSON)
      assert.is_nil(connection[1])
    end)
    scene:close()
  end)

  it("has names that are made when they are touched", function()
    local scene = conversation.scene(server, { ECHO })
    conversation.with(scene, nil, nil, function(client)
      local connection = assert(conversation.open(client, nil, { methods = function(self, name)
        if name == "kept" then
          rawset(self, name, {})
          return rawget(self, name)
        end
      end, decode = false, encode = function(event) return "<" .. event[1] .. ">" end }))
      assert.equal(connection.kept, connection.kept)
      connection:send { "a" }
      assert.equal("<a>", connection:next())
      assert.is_false((pcall(function() return connection.other end)))
    end)
    scene:close()
  end)

  it("says what is wrong with a call", function()
    local scene = conversation.scene(server, { ECHO })
    conversation.with(scene, nil, nil, function(client)
      local connection = assert(conversation.open(client))
      for _, case in ipairs {
        { function() connection:send(1) end, "an event is a table or a text, got number" },
        { function() connection:send { f = print } end, "f: " },
        { function() connection:send_bytes {} end, "bytes are a string, got table" },
        { function() connection:next "1" end, "expected a number of seconds, got 1" },
        { function() connection:next(-1) end, "expected a number of seconds, got -1" },
        { function() connection:drain {} end, "expected a number of seconds" },
        { function() connection:close(999) end, "a code is 1000, or from 3000 to 4999, got 999" },
        { function() connection:close(1006) end, "1006" },
        { function() connection:close(1000, ("x"):rep(124)) end, "at most 123 bytes" },
        { function() connection:close(1000, "\255") end, "a reason is a text of UTF-8" },
      } do
        local done, fault = pcall(case[1])
        assert.is_false(done)
        assert.truthy(tostring(fault):find(case[2], 1, true), fault)
        assert.truthy(tostring(fault):find("connection_spec.lua", 1, true), fault)
      end
      for _, name in ipairs { "send", "send_bytes", "next", "events", "drain", "close" } do
        local done, fault = pcall(connection[name], {})
        assert.is_false(done, name)
        assert.matches(("connection.%s: call it with a colon, as in connection:%s(...)"):format(name, name), fault, 1,
          true)
      end
      assert.equal("open", connection.status)
      local sent, err = connection:send { text = "\255" }
      assert.is_nil(sent)
      assert.equal("bad_request", err.kind)
      sent, err = connection:send "\255"
      assert.is_nil(sent)
      assert.equal("bad_request", err.kind)
      assert.same({ "\255" }, err.unsent)
    end)
    scene:close()
  end)

  it("ends with an error where the server closes it cleanly, and messages are left", function()
    local scene = conversation.scene(server, {
      { steps = { { frame = { kind = "close", payload = "\3\232" } }, { deaf = 60 } } },
    })
    conversation.with(scene, nil, nil, function(client)
      local connection = assert(conversation.open(client, { max_queue_bytes = 1e9 }))
      for _ = 1, 3 do
        assert.is_true(connection:send(("x"):rep(8000000)))
      end
      connection:send "last"
      local event, err = connection:next(10)
      assert.is_nil(event)
      assert.same({ "closed", 1000 }, { err.kind, err.code })
      assert.equal("last", err.unsent[#err.unsent])
    end)
    scene:close()
  end)

  it("says that there is no memory for a message, where the core has room", function()
    local scene = conversation.scene(server, { ECHO })
    conversation.with(scene, nil, nil, function(client)
      local connection = assert(conversation.open(client))
      local exchange = connection._exchange
      connection._exchange = { send = function() return nil, "full" end, progress = function() return 0 end }
      local sent, err = connection:send "x"
      connection._exchange = exchange
      assert.is_nil(sent)
      assert.same({ "limit", nil, { "x" } }, { err.kind, err.reason, err.unsent })
      assert.is_true(connection:send '{"n":1}')
      assert.same({ n = 1 }, connection:next(10))
    end)
    scene:close()
  end)

  it("is closed with the codes that one side may say", function()
    local scene = conversation.scene(server, { ECHO })
    conversation.with(scene, nil, nil, function(client)
      local connection = assert(conversation.open(client))
      assert.is_true(connection:close())
      for _, code in ipairs { 1000, 1003, 1007, 1011, 3000, 4999 } do
        assert.is_true(connection:close(code))
      end
      for _, code in ipairs { 0, 999, 1004, 1005, 1006, 1012, 2999, 5000, 1000.5, "1000" } do
        assert.is_false((pcall(connection.close, connection, code)))
      end
    end)
    scene:close()
  end)

  it("shows nothing of a key that the other side says", function()
    local connect = require "spec.support.connect"
    local scene = conversation.scene(server, { { steps = { { close = 4000, reason = connect.key } } } })
    conversation.with(scene, nil, nil, function(client)
      local _, err = assert(conversation.open(client)):next()
      assert.equal("***", err.reason)
      assert.is_nil(oai.dump(err):find(connect.key, 1, true))
    end)
    scene:close()
  end)

  it("shows nothing of a key that stands among protocols", function()
    local key = "ek_0123456789abcdef"
    local scene = conversation.scene(server, { { protocol = false, steps = { { close = 4000, reason = key } } } })
    conversation.with(scene, nil, nil, function(client)
      local headers = { ["Sec-WebSocket-Protocol"] = "realtime, openai-insecure-api-key." .. key .. ", v1" }
      local _, err = assert(conversation.open(client, { headers = headers })):next()
      assert.equal("***", err.reason)
    end)
    scene:close()
  end)

  it("keeps nothing of a key that it was opened with", function()
    local key, seen = "sk-0123456789abcdef", {}
    local function has_key(value)
      if type(value) ~= "table" or seen[value] then
        return type(value) == "string" and value:find(key, 1, true) ~= nil
      end
      seen[value] = true
      for _, item in next, value do
        if has_key(item) then
          return true
        end
      end
      return false
    end
    local scene = conversation.scene(server, { ECHO })
    conversation.with(scene, nil, nil, function(client)
      assert.is_false(has_key(assert(conversation.open(client, { api_key = key }))))
    end)
    scene:close()
  end)

  if _VERSION >= "Lua 5.4" then
    it("is closed where its variable is", function()
      local scene = conversation.scene(server, { ECHO })
      conversation.with(scene, nil, nil, function(client)
        assert(load [[
          local open, client = ...
          local connection <close> = open(client)
          assert(connection:send "x")
        ]])(conversation.open, client)
      end)
      assert.equal(1000, conversation.log(scene).close.code)
      scene:close()
    end)
  end
end)
