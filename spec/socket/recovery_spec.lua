-- A connection made again where it breaks: when, after how long, with what, and
-- what becomes of what was to be sent.

local clock_at = require "spec.support.clock_at"
local connect = require "spec.support.connect"
local conversation = require "spec.support.conversation"
local core = require "oai.core"
local ending = require "oai.socket.ending"
local facts = require "spec.support.facts.sockets"
local opening = require "oai.socket.opening"
local options = require "oai.socket.options"
local reconnection = require "spec.support.reconnection"
local recovery = require "oai.socket.recovery"
local server = require("spec.support.server").start()
local timing = require "spec.support.timing"

local FAST = { initial_delay = 0.001, max_delay = 0.002, ping_interval = false }

local function fast(more)
  local all = {}
  for _, list in ipairs { FAST, more or {} } do
    for name, value in pairs(list) do
      all[name] = value
    end
  end
  return all
end

local function nothing() end

--- Runs a function while a connection may be made again soon after it was.
local function with_short_lives(fn)
  local shortest = opening.shortest
  opening.shortest = 0
  local done, fault = pcall(fn)
  opening.shortest = shortest
  assert(done, fault)
end

--- Waits until a connection has broken, and is to be made again much later.
local function wait_for_break(connection)
  local limit = core.clock() + 20
  repeat
    assert(core.clock() < limit, "it does not break")
    local event, err = connection:next(0.05)
    assert.is_nil(event)
    assert.equal("timeout", err.kind)
  until connection.status == "reconnecting"
end

describe("what breaks a connection", function()
  for code, is_passing in pairs(facts.passing) do
    it(("may be otherwise the next time, or not: %d"):format(code), function()
      assert.equal(is_passing, ending.is_passing { code = code })
    end)
  end

  it("is waited for as long as that", function()
    local own = facts.defaults
    for attempt, longest in ipairs { 0.5, 1, 2, 4, 8, 8 } do
      assert.equal(longest, recovery.delay(own, attempt, 0))
      assert.equal(longest * 0.75, recovery.delay(own, attempt, 1))
    end
  end)

  it("has these defaults", function()
    local client = connect.to({ server = server, base_url_on = function() return "http://127.0.0.1:1" end })
    local own = options.take(client, "x", nil, {})
    for name, value in pairs(facts.defaults) do
      assert.equal(value, own[name])
    end
    assert.equal(2, options.take(client, "x", { max_queue_bytes = 2 }, {}).max_queue_bytes)
    assert.equal(3, options.take(client, "x", { max_queue_bytes = 2 }, { max_queue_bytes = 3 }).max_queue_bytes)
  end)
end)

describe("a connection that is made again", function()
  for _, case in ipairs(facts.reconnections) do
    it("is as the facts have it: " .. case.name, function()
      reconnection.check(server, case, facts.options)
    end)
  end
end)

for _, loop in ipairs(conversation.loops) do
  describe("a connection that breaks, " .. loop, function()
    local scene

    local function with(replies, given, fn, client_options)
      scene = conversation.scene(server, replies)
      return conversation.with(scene, loop, client_options, function(client)
        return fn(assert(conversation.open(client, fast(given))), client)
      end)
    end

    after_each(function()
      scene:close()
    end)

    it("restores what the program wants before what waits goes out, and in order", function()
      local connection
      local given = {
        on_reconnecting = function(told)
          assert.equal("reconnecting", connection.status)
          assert.same({ {}, {} }, { told.unsent, told.lost })
          assert.is_true(connection:send { type = "waits", n = 1 })
          assert.is_true(connection:send_bytes "waits")
        end,
        on_reconnect = function(again, told)
          assert.equal(connection, again)
          assert.equal("reconnecting", connection.status)
          assert.same({ 1, 5, 1012, "restart" }, { told.attempt, told.max_attempts, told.code, told.reason })
          assert.equal("closed", told.err.kind)
          assert.is_true(connection:send { type = "session.update" })
          assert.equal("session.updated", connection:next(10).type)
          assert.is_true(connection:send { type = "restored" })
        end,
      }
      with({ { steps = { { send = { type = "one" } }, { close = 1012, reason = "restart" } } },
        { steps = {}, on = { ["session.update"] = { { send = { type = "session.updated" } } },
          ["waits"] = { { send = { type = "two" } } } } } }, given, function(opened)
        connection = opened
        assert.equal("one", connection:next(10).type)
        assert.equal("two", connection:next(10).type)
        assert.equal("open", connection.status)
        connection:send { type = "later" }
        connection:close()
      end)
      assert.same({ '{"type":"session.update"}', '{"type":"restored"}', '{"n":1,"type":"waits"}', { "waits" },
        '{"type":"later"}' }, conversation.texts(scene, 2))
    end)

    it("sends nothing twice, and tells what had begun to go out", function()
      local told
      with({ { mute = true, steps = { { deaf = 60 } } }, { steps = { { send = { type = "on" } } } } },
        { max_queue_bytes = 1e9, ping_interval = 0.05, ping_timeout = 1,
          on_reconnect = function(_, seen) told = seen end }, function(connection)
        for i = 1, 6 do
          assert.is_true(connection:send(("%d"):format(i):rep(1500000)))
        end
        assert.is_true(connection:send "last")
        assert.equal("on", connection:next(20).type)
        assert.is_true(connection:drain(20))
        connection:close()
      end)
      assert.equal(1006, told.code)
      assert.equal(1, #told.lost)
      assert.equal("last", told.unsent[#told.unsent])
      local first = tonumber(told.lost[1]:sub(1, 1))
      local sent = conversation.log(scene, 2).messages
      assert.equal(7 - first, #sent)
      assert.equal(6 - first + 1, #told.unsent)
      for i = 1, #sent - 1 do
        assert.equal(1500000, sent[i].length)
      end
      assert.equal("last", sent[#sent].bytes)
    end)

    it("ends with what is wrong where the key is refused, at once", function()
      with({ { steps = { { close = 1011 } } }, { status = 401, json = { error = { message = "no such key" } } } },
        { on_reconnect = nothing }, function(connection)
          local _, err = connection:next(10)
          assert.equal("authentication", err.kind)
          assert.equal("no such key", err.message)
          assert.equal(1011, err.cause.code)
          assert.equal("closed", connection.status)
        end)
      assert.equal(2, #scene:requests())
    end)

    it("goes on over refusals that may pass, until there are no more attempts", function()
      local busy = { status = 503, json = { error = { message = "busy" } } }
      local attempts = {}
      with({ { steps = { { close = 1013 } } }, busy, busy, { steps = { { send = { n = 1 } }, { close = 1013 } } }, busy,
        busy, busy }, { max_retries = 3, on_reconnecting = function(told) attempts[#attempts + 1] = told.attempt end },
        function(connection)
          assert.same({ n = 1 }, connection:next(10))
          connection:send "x"
          local _, err = connection:next(10)
          assert.equal("closed", err.kind)
          assert.equal(1013, err.code)
          assert.equal("busy", err.cause.message)
          assert.equal(3, err.attempts)
        end)
      assert.same({ 1, 2, 3, 1, 2, 3 }, attempts)
    end)

    it("is not counted anew by an error", function()
      local attempts = {}
      local socket = { steps = { { send = { type = "error" } }, { close = 1011 } } }
      with({ socket, socket, socket }, { max_retries = 2, on_reconnecting = function(told)
        attempts[#attempts + 1] = told.attempt
      end }, function(connection)
        local count = 0
        while connection:next(10) do
          count = count + 1
        end
        assert.equal(3, count)
      end)
      assert.same({ 1, 2 }, attempts)
    end)

    it("waits as long as a refusal asks", function()
      local delays = {}
      with({ { steps = { { close = 1011 } } }, { status = 503, headers = { ["retry-after-ms"] = "60" } },
        { steps = { { close = 1000 } } } }, { on_reconnecting = function(told)
          delays[#delays + 1] = told.delay
        end }, function(connection)
        assert.same({ nil, nil }, { connection:next(10) })
      end)
      assert.truthy(delays[1] < 0.01 and delays[2] == 0.06, delays[2])
    end)

    it("asks for the key anew, and as the program wants it", function()
      local count = 0
      with({ { steps = { { close = 1011 } } }, { steps = { { close = 1011 } } }, { steps = { { close = 1000 } } } },
        { query = { q = 1 }, on_reconnecting = function(told)
          return told.attempt == 1 and { headers = { ["X-Again"] = "1" }, query = { again = "2" } } or nil
        end }, function(connection)
          assert.same({ nil, nil }, { connection:next(10) })
        end, { api_key = function()
          count = count + 1
          return "sk-spec-" .. count
        end })
      local requests = scene:requests()
      assert.equal("/v1/realtime?q=1&again=2&model=m", requests[2].url)
      assert.equal("1", requests[2].header["x-again"])
      assert.equal("/v1/realtime?q=1&model=m", requests[3].url)
      assert.is_nil(requests[3].header["x-again"])
      assert.equal("Bearer sk-spec-3", requests[3].header.authorization)
      assert.are_not.equal(requests[1].header["sec-websocket-key"], requests[2].header["sec-websocket-key"])
    end)

    it("ends where the program says so", function()
      with({ { steps = { { close = 1001, reason = "bye" } } } }, { on_reconnecting = function()
        return { abort = true }
      end }, function(connection)
        connection:send "x"
        local _, err = connection:next(10)
        assert.same({ "closed", 1001, "bye" }, { err.kind, err.code, err.reason })
      end)
      assert.equal(1, #scene:requests())
    end)

    for _, name in ipairs { "on_reconnecting", "on_reconnect" } do
      it("ends where the program's function raises: " .. name, function()
        with({ { steps = { { send = "1" }, { close = 1011 } } }, {} }, { [name] = function()
          error "not so"
        end }, function(connection)
          connection:next(10)
          local _, err = connection:next(10)
          assert.equal(1011, err.code)
          assert.truthy(err.message:find(("'%s' has raised: "):format(name), 1, true), err.message)
          assert.truthy(tostring(err.cause):find("not so", 1, true))
          assert.equal("closed", connection.status)
        end)
      end)
    end

    it("is tried again where it breaks while it is restored", function()
      local attempts = {}
      with({ { steps = { { close = 1011 } } }, { steps = { { await = true }, { close = 1011 } } },
        { steps = { { await = 1 }, { send = { n = 1 } } } } }, { on_reconnect = function(again, told)
          attempts[#attempts + 1] = told.attempt
          again:send { type = "hello", n = told.attempt }
          if told.attempt == 1 then
            local _, err = again:next(10)
            assert.equal("closed", err.kind)
          end
        end }, function(connection)
          assert.same({ n = 1 }, connection:next(10))
        end)
      assert.same({ 1, 2 }, attempts)
      assert.same({ '{"n":2,"type":"hello"}' }, conversation.texts(scene, 3))
    end)

    it("is closed by the program meanwhile, and that wins", function()
      with({ { steps = { { close = 1011 } } } }, { initial_delay = 60, max_delay = 60, on_reconnect = nothing },
        function(connection)
          wait_for_break(connection)
          assert.is_true(connection:send "never")
          local started = core.clock()
          local closed, err = connection:close()
          assert.is_nil(closed)
          assert.same({ "never" }, err.unsent)
          assert.equal("closed", connection.status)
          assert.is_true(timing.within(core.clock() - started, 1))
          assert.equal(err, select(2, connection:next()))
        end)
      assert.equal(1, #scene:requests())
    end)

    it("is left where its variable ends, and nothing goes on", function()
      with({ { steps = { { close = 1011 } } } }, { initial_delay = 60, max_delay = 60, on_reconnect = nothing },
        function(connection)
          wait_for_break(connection)
          local task = connection._recovery
          getmetatable(connection).__close(connection)
          assert.same({ "closed", true }, { connection.status, task.done })
          getmetatable(connection).__close(connection)
        end)
    end)

    it("is closed with its client meanwhile", function()
      with({ { steps = { { close = 1011 } } } }, { initial_delay = 60, max_delay = 60, on_reconnect = nothing },
        function(connection, client)
          wait_for_break(connection)
          client:close()
          local _, err = connection:next()
          assert.equal("cancelled", err.kind)
          assert.equal("closed", connection.status)
        end)
    end)

    it("has no more wait than it may", function()
      with({ { steps = { { close = 1011 } } } }, { initial_delay = 60, max_delay = 60, on_reconnect = nothing,
        max_queue_bytes = 10 }, function(connection)
          wait_for_break(connection)
          assert.is_true(connection:send "12345")
          assert.is_true(connection:send_bytes "678")
          local sent, err = connection:send "9ab"
          assert.is_nil(sent)
          assert.same({ "limit", "queue" }, { err.kind, err.reason })
          assert.equal("too much waits to go out: 2 messages, 8 bytes", err.message)
          assert.same({ "9ab" }, err.unsent)
          assert.is_true(connection:send "9a")
          sent, err = connection:close()
          assert.is_nil(sent)
          assert.same({ "12345", { bytes = "678" }, "9a" }, err.unsent)
        end)
    end)

    it("goes on where the task that read it is cancelled", function()
      with({ { steps = { { close = 1011 } } }, { steps = { { send = { n = 1 } } } } },
        { initial_delay = 0.05, max_delay = 0.05, on_reconnect = nothing }, function(connection, client)
          local reader = client:spawn(function()
            return connection:next()
          end)
          assert.equal("timeout", select(2, connection:next(0.02)).kind)
          reader:cancel()
          assert.same({ n = 1 }, connection:next(10))
        end)
    end)

    it("is made again before the server's own limit, each time #timed", function()
      local now = os.time()
      local expires = now + 100
      local told = {}
      local function session()
        return { steps = { { send = { type = "session.created", session = { expires_at = expires } } } },
          on = { ask = { { send = { type = "answer" } } } } }
      end
      local later = { type = "session.created", session = { expires_at = expires + 900 } }
      with_short_lives(function()
        clock_at(now, function()
          with({ session(), session(), { steps = { { send = later }, { wait = 0.1 }, { send = { type = "on" } } } } },
            { reconnect_before = 99.5, on_reconnect = function(_, seen) told[#told + 1] = seen end },
            function(connection)
              assert.equal("session.created", connection:next(10).type)
              connection:send { type = "ask" }
              assert.equal("answer", connection:next(10).type)
              assert.equal("session.created", connection:next(10).type)
              assert.equal("session.created", connection:next(10).type)
              assert.equal("on", connection:next(10).type)
            end)
        end)
      end)
      assert.equal(2, #told)
      assert.same({ 1, 0, "lifetime" }, { told[1].attempt, told[1].delay, told[1].reason })
      assert.same({ 1, 0, "lifetime" }, { told[2].attempt, told[2].delay, told[2].reason })
      assert.is_nil(told[1].code)
      assert.equal(1000, conversation.log(scene, 1).close.code)
    end)

    it("drains what it may send while it is restored, and not what waits", function()
      local recovery_of
      with({ { steps = { { close = 1011 } } }, { steps = { { await = 2 }, { send = { n = 1 } } } } },
        { on_reconnecting = function() recovery_of:send "queued" end, on_reconnect = function(connection)
          connection:send "restored"
          assert(connection:drain(10))
        end }, function(connection)
          recovery_of = connection
          assert.same({ n = 1 }, connection:next(10))
        end)
      assert.same({ "restored", "queued" }, conversation.texts(scene, 2))
    end)

    for _, case in ipairs {
      { "is no table", 1, "'on_reconnecting' has raised: .*it returns a table or nothing, got number" },
      { "has another name", { qeury = {} }, "unknown field 'qeury'" },
      { "has another type", { headers = "x" }, "field 'headers' must be a table, got string" },
      { "cannot be sent", { headers = { Upgrade = "x" } }, "it could not be made again: .*'Upgrade' is the library's" },
    } do
      it("says what is wrong with a change that " .. case[1], function()
        with({ { steps = { { close = 1011 } } } }, { on_reconnecting = function() return case[2] end },
          function(connection)
            local _, err = connection:next(10)
            assert.equal("closed", err.kind)
            assert.truthy(err.message:find(case[3]), err.message)
          end)
      end)
    end
  end)
end

describe("a connection whose room begins each conversation", function()
  it("does so before all else, whenever it is open", function()
    local scene = conversation.scene(server, { { steps = { { await = true }, { close = 1011 } } },
      { steps = { { await = 2 }, { send = { n = 1 } } } } })
    conversation.with(scene, nil, nil, function(client)
      local lost = {}
      local connection = assert(conversation.open(client, fast { on_reconnect = function(again)
        again:send "restored"
      end }, { opened = function(opened)
        opened:send "begun"
      end, lost = function(_, err)
        lost[#lost + 1] = err.code
      end }))
      assert.same({ n = 1 }, connection:next(10))
      assert.same({ 1011 }, lost)
    end)
    assert.same({ "begun", "restored" }, conversation.texts(scene, 2))
    scene:close()
  end)
end)

describe("a connection of a known lifetime", function()
  it("is made again before its end, when nothing is under way #timed", function()
    local scene = conversation.scene(server, { { steps = {} }, { steps = { { send = { n = 1 } } } } })
    conversation.with(scene, nil, nil, function(client)
      local asked = 0
      with_short_lives(function()
        local connection = assert(conversation.open(client, { reconnect_before = 9.98 }, { lifetime = 10,
          is_busy = function()
            asked = asked + 1
            return asked == 1
          end }))
        assert.same({ n = 1 }, connection:next(10))
        assert.equal(2, asked)
      end)
    end)
    scene:close()
  end)

  for _, case in ipairs {
    { 3600, 60, 3540 }, { 30, 60, 10 }, { 61, 60, 10 }, { 8, 60, 4 }, { 0, 60, math.huge }, { -5, 1, math.huge },
  } do
    it(("of %d s lives for a while, %d s before or not"):format(case[1], case[2]), function()
      assert.equal(case[3], opening.renew_after(case[1], case[2]))
    end)
  end
end)
