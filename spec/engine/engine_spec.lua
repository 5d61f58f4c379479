-- Engines of the core, on both drives: many exchanges, ends in the middle,
-- and that nothing is left behind.

local child = require "spec.support.child"
local core = require "oai.core"
local drive = require "spec.support.drive"
local folder = require "spec.support.folder"
local libcurl = require "spec.support.libcurl"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"
local timing = require "spec.support.timing"

local STALL = { fault = "stall" }
local PART = { content_length = 100, steps = { { write = "part" }, { stall = true } } }

for _, kind in ipairs(drive.kinds) do
  describe("an engine, " .. kind.name, function()
    it("runs an exchange", function()
      local scene = server:scenario { replies = { { body = "hello" } } }
      local engine = drive.engine(kind)
      local exchange = drive.exchange(scene)
      assert.is_nil(exchange:outcome())
      assert.is_nil(exchange:status())
      engine:start(exchange)
      assert.is_true(drive.finish(engine, exchange))
      assert.equal(200, exchange:status())
      assert.equal("hello", exchange:read())
      assert.is_nil(exchange:read())
      engine:close()
    end)

    for _, listener in ipairs { "http", "https1" } do
    it("runs 50 exchanges at once #timed, over " .. listener, function()
      local count, delay = 50, 0.2
      local scene = server:scenario { replies = { { body = "hello {{n}}", delay = delay } }, repeat_last = true }
      local engine = drive.engine(kind, { ca_file = server.ca_file })
      local started = core.clock()
      local exchanges, bodies = {}, {}
      for i = 1, count do
        exchanges[i] = drive.exchange(scene, { url = scene:base_url_on(listener) .. "/x" })
        engine:start(exchanges[i])
      end
      for _, exchange in ipairs(exchanges) do
        assert.is_true(drive.finish(engine, exchange))
        bodies[exchange:read()] = true
      end
      for i = 1, count do
        assert.is_true(bodies["hello " .. i], i)
      end
      assert.is_true(core.clock() - started < count * delay / 2, "one after the other")
      engine:close()
      scene:wait_idle()
    end)
    end

    local it_over_http2 = libcurl.http2 and it or pending

    it_over_http2("runs 50 exchanges at once over HTTP/2", function()
      local scene = server:scenario { replies = { { body = "hello", delay = 0.05 } }, repeat_last = true }
      local engine = drive.engine(kind, { ca_file = server.ca_file })
      local exchanges = {}
      for i = 1, 50 do
        exchanges[i] = drive.exchange(scene, { url = scene:base_url_on("https") .. "/x" })
        engine:start(exchanges[i])
      end
      for _, exchange in ipairs(exchanges) do
        assert.is_true(drive.finish(engine, exchange))
        assert.equal("hello", exchange:read())
      end
      assert.equal(1, scene:journal().connections_total)
      engine:close()
    end)

    it("sends again over a connection that was kept, and over a new one when it is gone #timed", function()
      local scene = server:scenario { replies = { { body = "one" }, { body = "two", after_reply = "close" },
        { body = "three" } } }
      local engine = drive.engine(kind)
      local function body_of_next()
        local exchange = drive.exchange(scene)
        engine:start(exchange)
        assert.is_true(drive.finish(engine, exchange))
        return exchange:read()
      end
      assert.equal("one", body_of_next())
      assert.equal("two", body_of_next())
      scene:wait_idle()
      local share = timing.share(function()
        local started = core.clock()
        while core.clock() - started < 0.3 do -- the end of the idle connection is seen once, not all the time
          engine:step(0.1)
        end
      end)
      assert.is_true(share < timing.idle, share)
      assert.equal("three", body_of_next())
      assert.equal(2, scene:journal().connections_total)
      engine:close()
    end)

    for _, listener in ipairs { "http", "https", "unix" } do
      it("hands no connection to a program that is started, over " .. listener, function()
        local scene = server:scenario { replies = { PART } }
        local options = listener == "unix" and { unix_socket = server.unix } or { ca_file = server.ca_file }
        local engine = drive.engine(kind, options)
        local exchange = drive.exchange(scene, listener == "https" and
          { url = scene:base_url_on("https") .. "/x" } or nil)
        engine:start(exchange)
        drive.wait(engine, function()
          return exchange:status()
        end)
        assert(os.execute "sleep 3 &")
        engine:close()
        local closed = core.clock()
        scene:wait_idle()
        assert.is_true(core.clock() - closed < 2, "the program held the connection")
      end)
    end

    it("counts the silence of an exchange from its own start, however long nothing was done before", function()
      local scene = server:scenario { replies = { STALL } }
      local engine, pause = drive.engine(kind), 0.6
      socket.sleep(pause)
      local exchange = drive.exchange(scene)
      engine:start(exchange)
      engine:step(0.05)
      assert.is_true(exchange:idle() < pause / 2)
      engine:close()
    end)

    it("waits as long as it may when what it drained has ended", function()
      local scene = server:scenario { replies = { { steps = { { write = "a" }, { wait = 0.2 }, { write = "b" } } } } }
      local engine = drive.engine(kind)
      local exchange = drive.exchange(scene, { sink = "stream" })
      engine:start(exchange)
      drive.wait(engine, function()
        return exchange:read()
      end)
      engine:drain(exchange)
      assert.is_true(drive.finish(engine, exchange))
      engine:step(0)
      local began = core.clock()
      engine:step(1.5)
      assert.is_true(core.clock() - began > 1.4)
      engine:close()
    end)

    it("goes on in a step until something is news", function()
      local scene = server:scenario { replies = { { body = "one" },
        { steps = { { write = "t" }, { wait = 0.05 }, { write = "w" }, { wait = 0.05 }, { write = "o" } } } } }
      local engine = drive.engine(kind)
      local list = {}
      for _, body in ipairs { "one", "two" } do
        local exchange = drive.exchange(scene)
        engine:start(exchange)
        engine:step(10)
        assert.equal(1, (engine:ready(list)))
        assert.is_true((exchange:outcome()))
        assert.equal(body, exchange:read())
      end
      engine:close()
    end)

    it("tells of all that fail in one turn, not of some when something else comes #timed", function()
      local engine, list, told = drive.engine(kind), {}, 0
      for _ = 1, 3 do
        engine:start(drive.make { method = "GET", url = "http://127.0.0.1:1/" })
      end
      local began = core.clock()
      while told < 3 and core.clock() - began < 4 do
        engine:step(2)
        told = told + engine:ready(list)
      end
      assert.is_true(timing.within(core.clock() - began, 1.5))
      engine:close()
    end)

    it("may try again after a handshake that failed, not after a certificate that is not trusted", function()
      local scene = server:scenario { replies = { { body = "x" } } }
      local engine = drive.engine(kind)
      local no_tls = scene.base_url:gsub("^http:", "https:")
      for url, may in pairs { [no_tls] = true, [scene:base_url_on "https1"] = false } do
        local exchange = drive.exchange(scene, { url = url .. "/x" })
        engine:start(exchange)
        local complete, kind_of_end, _, retryable = drive.finish(engine, exchange)
        assert.same({ false, "tls", may }, { complete, kind_of_end, retryable })
      end
      assert.equal(0, scene:journal().requests_total)
      engine:close()
    end)

    local it_counts = process.allocated() and it or pending
    it_counts("keeps the handles of some exchanges for the next, and not those of many", function()
      local here = folder.new()
      local scene = server:scenario { replies = { { body = "x", headers = { connection = "close" },
        reply_after = here:file "go" } }, repeat_last = true }
      local engine, asked = drive.engine(kind), 0
      --- The bytes that are in use when so many exchanges have been under way at
      --- once, and no connection of theirs is left.
      local function used_after(count)
        local exchanges = {}
        for i = 1, count do
          exchanges[i] = drive.exchange(scene)
          engine:start(exchanges[i])
        end
        asked = asked + count
        drive.wait(engine, function()
          return scene:journal().requests_total == asked
        end)
        here:write("go", "")
        for i = 1, count do
          assert.is_true(drive.finish(engine, exchanges[i]))
          exchanges[i]:close()
        end
        scene:wait_idle()
        os.remove(here:file "go")
        collectgarbage()
        return process.allocated()
      end
      local one, some, some_again, many = used_after(1), used_after(64), used_after(64), used_after(320)
      assert.is_true(some_again - one > 0.9 * (some - one), "they were not kept")
      assert.is_true(many - one < 1.5 * (some - one), "all were kept")
      engine:close()
      here:remove()
    end)

    it("stops one of several", function()
      local scene = server:scenario { routes = { ["GET /v1/stalls"] = { PART }, ["GET /v1/x"] = {
        { steps = { { write = "a" }, { wait = 0.2 }, { write = "b" } } } } } }
      local engine = drive.engine(kind)
      local one = drive.exchange(scene, { url = scene.base_url .. "/stalls" })
      local other = drive.exchange(scene)
      engine:start(one)
      engine:start(other)
      drive.wait(engine, function()
        return one:status() and other:status()
      end)
      engine:stop(one)
      local complete, reason = drive.finish(engine, one)
      assert.is_false(complete)
      assert.equal("cancelled", reason)
      engine:stop(one)
      assert.is_true(drive.finish(engine, other))
      assert.equal("ab", other:read())
      scene:wait(function(journal)
        return journal.connections_open == 1
      end)
      engine:close()
    end)

    it("stops one that was started just now", function()
      local scene = server:scenario { replies = { STALL } }
      local engine = drive.engine(kind)
      local exchange = drive.exchange(scene)
      engine:start(exchange)
      engine:stop(exchange)
      local complete, reason, _, retryable = drive.finish(engine, exchange)
      assert.same({ false, "cancelled", false }, { complete, reason, retryable })
      engine:close()
      scene:wait_idle()
    end)

    it("closed in the middle ends all as cancelled", function()
      local scene = server:scenario { replies = { PART }, repeat_last = true }
      local engine = drive.engine(kind)
      local exchanges = {}
      for i = 1, 10 do
        exchanges[i] = drive.exchange(scene)
        engine:start(exchanges[i])
      end
      drive.wait(engine, function()
        return exchanges[1]:status()
      end)
      engine:close()
      engine:close()
      for _, exchange in ipairs(exchanges) do
        local complete, reason, _, retryable = exchange:outcome()
        assert.same({ false, "cancelled", false }, { complete, reason, retryable })
        exchange:close()
        exchange:close()
      end
      scene:wait_idle()
    end)

    it("closed just after a start ends it too", function()
      local scene = server:scenario { replies = { STALL } }
      local engine = drive.engine(kind)
      local exchange = drive.exchange(scene)
      engine:start(exchange)
      engine:close()
      local complete, reason, _, retryable = exchange:outcome()
      assert.same({ false, "cancelled", false }, { complete, reason, retryable })
      scene:wait_idle()
    end)

    it("lets go of exchanges that are dropped", function()
      local scene = server:scenario { replies = { PART }, repeat_last = true }
      local engine = drive.engine(kind)
      local exchanges = {}
      for i = 1, 20 do
        exchanges[i] = drive.exchange(scene)
        engine:start(exchanges[i])
      end
      drive.wait(engine, function()
        return exchanges[1]:status() and exchanges[20]:status()
      end)
      for i = 1, 20 do
        exchanges[i] = nil -- the table itself may be held by a trace of LuaJIT
      end
      process.settled(function()
        engine:step(0)
        return scene:journal().connections_open
      end, 0)
      scene:wait_idle()
      engine:close()
    end)

    it("lives as long as an exchange of it", function()
      local scene = server:scenario { replies = { PART } }
      local exchange = drive.exchange(scene)
      local engine = drive.engine(kind)
      engine:start(exchange)
      drive.wait(engine, function()
        return exchange:status()
      end)
      engine = nil -- luacheck: ignore
      collectgarbage()
      collectgarbage()
      assert.is_nil(exchange:outcome())
      assert.equal(200, exchange:status())
      exchange = nil -- luacheck: ignore
      process.settled(function()
        return scene:journal().connections_open
      end, 0)
      scene:wait_idle()
    end)

    it("drains what nobody reads, for a second at the most #timed", function()
      local scene = server:scenario { replies = {
        { steps = { { write = "a" }, { wait = 0.1 }, { write = "b" } } }, { body = "c" }, PART } }
      local engine = drive.engine(kind)
      local exchange = drive.exchange(scene, { sink = "stream" })
      engine:start(exchange)
      drive.wait(engine, function()
        return exchange:status()
      end)
      engine:drain(exchange)
      assert.is_true(drive.finish(engine, exchange))
      exchange:close()
      local second = drive.exchange(scene)
      engine:start(second)
      assert.is_true(drive.finish(engine, second))
      assert.equal(1, scene:journal().connections_total)
      local third = drive.exchange(scene, { sink = "stream" })
      engine:start(third)
      drive.wait(engine, function()
        return third:status()
      end)
      local started = core.clock()
      engine:drain(third)
      local complete, reason = drive.finish(engine, third)
      assert.is_false(complete)
      assert.equal("cancelled", reason)
      assert.is_true(core.clock() - started > 0.5)
      scene:wait_idle()
      engine:close()
    end)

    it("leaves no descriptor and no thread behind", function()
      local scene = server:scenario { replies = { { body = "x" }, PART }, repeat_last = true }
      local function work(finish)
        local engine = drive.engine(kind)
        local exchange, other = drive.exchange(scene), drive.exchange(scene)
        engine:start(exchange)
        drive.wait(engine, function()
          return exchange:status()
        end)
        engine:start(other)
        finish(engine)
      end
      local function close(engine)
        engine:close()
      end
      work(close)
      collectgarbage()
      collectgarbage()
      local descriptors, threads = process.descriptors(), process.threads()
      for i = 1, 10 do
        work(i % 2 == 0 and close or function() end)
      end
      assert.equal(descriptors, process.settled(process.descriptors, descriptors))
      assert.equal(threads, process.settled(process.threads, threads))
    end)

    it("refuses what cannot be", function()
      local scene = server:scenario { replies = { { body = "x" } } }
      local engine = drive.engine(kind)
      local exchange = drive.exchange(scene)
      assert.has_error(function()
        engine:step(-1)
      end)
      assert.has_error(function()
        engine:start(engine)
      end)
      engine:start(exchange)
      assert.has_error(function()
        engine:start(exchange)
      end)
      assert.is_true(drive.finish(engine, exchange))
      assert.has_error(function()
        engine:start(exchange)
      end)
      exchange:close()
      assert.has_error(function()
        engine:start(exchange)
      end)
      engine:close()
      for _, method in ipairs { "step", "start", "stop", "drain", "descriptor" } do
        local done, message = pcall(engine[method], engine, 0)
        assert.is_false(done)
        assert.truthy(message:find("closed", 1, true), message)
      end
      assert.equal("oai.core.engine (closed)", tostring(engine))
    end)

    it("lets no program that the host starts inherit a descriptor", function()
      local scene = server:scenario { replies = { PART }, repeat_last = true }
      local program = child.start(([[
        local core = require "oai.core"
        local function inherited()
          local pipe = io.popen "exec env -u LD_PRELOAD ls -l /proc/self/fd"
          local list, seen = {}, {}
          for line in pipe:lines() do
            local number, what = line:match "(%%d+) %%-> (.*)$"
            if number and not what:find "/fd$" then
              seen[#seen + 1] = number .. " " .. what:gsub("%%[.*", "")
            end
          end
          pipe:close()
          table.sort(seen)
          return table.concat(seen, ", ")
        end
        local before = inherited()
        local engine = core.engine { worker = %s }
        local exchange = core.exchange(core.plan { method = "GET" }, %q .. "/x", nil, "stream")
        engine:start(exchange)
        local limit = core.clock() + 20
        repeat
          engine:step(0.05)
        until exchange:status() or core.clock() > limit
        print(before == inherited() and "none" or before .. " became " .. inherited())
      ]]):format(tostring(kind.worker), scene.base_url))
      assert.equal("none", program:line())
      program:finish()
    end)

    for _, ending in ipairs {
      { name = "the end of the program", code = "" },
      { name = "os.exit", code = "os.exit(0)" },
      { name = "os.exit that closes the state", code = "os.exit(_VERSION ~= 'Lua 5.1' and true or 0, true)" },
      { name = "the end after a collection", code = "engine = nil collectgarbage()" },
      { name = "an error", code = "error 'enough'", status = 1 },
    } do
      it("in the middle of transfers stands " .. ending.name, function()
        local scene = server:scenario { replies = { { body = "x" }, PART }, repeat_last = true }
        local program = child.start(([[
          local core = require "oai.core"
          local engine = core.engine { worker = %s, options = { ca_file = %q } }
          kept = {}
          for i = 1, 8 do
            local base = i %% 2 == 0 and %q or %q
            kept[i] = core.exchange(core.plan { method = "GET" }, base .. "/x", nil, i %% 3 == 0 and "stream" or nil)
            engine:start(kept[i])
          end
          local limit = core.clock() + 20
          repeat
            engine:step(0.05)
            local count = 0
            for _, exchange in ipairs(kept) do
              count = count + (exchange:status() and 1 or 0)
            end
          until count == 8 or core.clock() > limit
          print("under way")
          %s
        ]]):format(tostring(kind.worker), server.ca_file, scene.base_url, scene:base_url_on("https"), ending.code))
        assert.equal("under way", program:line())
        local output, status = program:finish()
        assert.equal(ending.status or 0, status, output)
        scene:wait_idle()
      end)
    end
  end)
end

--- The URL of a listener that has all the connections it takes: who connects
--- waits. Kept open as long as the second result.
local function full_listener()
  local listener = assert(socket.bind("127.0.0.1", 0, 0))
  local _, port = listener:getsockname()
  local held = { listener }
  for i = 1, 4 do
    held[i + 1] = socket.tcp()
    held[i + 1]:settimeout(0)
    held[i + 1]:connect("127.0.0.1", port)
  end
  return "http://127.0.0.1:" .. port, held
end

local function close_all(sockets)
  for _, each in ipairs(sockets) do
    each:close()
  end
end

for _, kind in ipairs(drive.kinds) do
  describe("an exchange that is stopped while it connects, " .. kind.name, function()
    local engine, url, held

    before_each(function()
      engine = drive.engine(kind)
      url, held = full_listener()
    end)

    after_each(function()
      engine:close()
      close_all(held)
    end)

    local function connect_and_stop()
      local exchange = core.exchange(core.plan { method = "GET" }, url)
      engine:start(exchange)
      for _ = 1, 3 do
        engine:step(0.005)
      end
      assert.is_nil(exchange:outcome())
      exchange:close()
      engine:step(0.005)
    end

    it("leaves the others alone", function()
      local scene = server:scenario { replies = { { body = "hello", delay = 0.1 } }, repeat_last = true }
      for _ = 1, 5 do
        local exchange = drive.exchange(scene)
        engine:start(exchange)
        connect_and_stop()
        assert.is_true(drive.finish(engine, exchange))
      end
    end)

    it("leaves alone what the program opens next", function()
      local listener = assert(socket.bind("127.0.0.1", 0))
      local _, port = listener:getsockname()
      for _ = 1, 5 do
        connect_and_stop()
        local pairs_of = {}
        for i = 1, 4 do
          local own = assert(socket.connect("127.0.0.1", port))
          pairs_of[i] = { own = own, peer = assert(listener:accept()) }
          pairs_of[i].peer:send("x")
        end
        for _ = 1, 5 do
          engine:step(0.005)
        end
        for _, pair in ipairs(pairs_of) do
          assert.equal("x", pair.own:receive(1))
          pair.peer:settimeout(0)
          assert.equal("timeout", select(2, pair.peer:receive(1)))
          close_all { pair.own, pair.peer }
        end
      end
      listener:close()
    end)
  end)
end

describe("an engine of a process that has few descriptors left", function()
  for _, kind in ipairs(drive.kinds) do
    it("is one, or why it is none: " .. kind.name, function()
      local output, status = child.run(([[
        local core = require "oai.core"
        core.engine { worker = %s }:close() -- what is once in a process is there
        local held, said, worked = {}, {}, 0
        local file = io.open "/dev/null"
        while file do
          held[#held + 1] = file
          file = io.open "/dev/null"
        end
        for left = 0, 15 do
          local engine, reason = core.engine { worker = %s }
          if engine then
            engine:step(0)
            engine:close()
            worked = worked + 1
          else
            said[reason] = true
          end
          held[#held]:close()
          held[#held] = nil
        end
        print(next(said), next(said, (next(said))), worked > 0 and worked < 15)]]):format(tostring(kind.worker),
        tostring(kind.worker)), nil, 40)
      assert.equal(0, status, output)
      assert.equal("Too many open files\tnil\ttrue\n", output)
    end)
  end
end)

describe("an engine's options", function()
  it("are those of the core's table", function()
    local done, message = pcall(core.engine, { options = { prxoy = "x" } })
    assert.is_false(done)
    assert.truthy(message:find("unknown transport option 'prxoy'", 1, true), message)
    assert.has_error(function()
      core.engine { options = { proxy = 12 } }
    end)
    assert.error_matches(function()
      core.engine { options = { ca_file = "/etc/ca\0.pem" } }
    end, "'ca_file' holds NUL")
    assert.has_error(function()
      core.engine "x"
    end)
  end)
end)

describe("a forked process", function()
  local has_posix, posix = pcall(require, "posix")
  local fork = has_posix and (posix.fork or require("posix.unistd").fork)

  local CODE = [[
    local posix = require "posix"
    local fork = posix.fork or require("posix.unistd").fork
    local wait = posix.wait or require("posix.sys.wait").wait
    local oai = require "oai"
    local client = oai.client { api_key = "sk-spec", base_url = %q, max_retries = 0 }
    assert(client.models:list())
    local stream = assert(client.chat.completions:create { stream = true })
    assert(stream:next())
    local core = require "oai.core"
    local engine = core.engine { worker = true }
    local exchange = core.exchange(core.plan { method = "GET" }, %q .. "/models")
    engine:start(exchange)
    io.stdout:flush()
    local id = fork()
    if id == 0 then
      print(pcall(client.models.list, client.models))
      print(pcall(engine.step, engine, 0))
      print(pcall(exchange.outcome, exchange))
      print((oai.client { api_key = "sk-spec", base_url = %q }).models:list())
      io.stdout:flush()
      os.exit(0)
    end
    local _, how, status = wait(id)
    print("child " .. how .. " " .. status)
    while exchange:outcome() == nil do
      engine:step(0.05)
    end
    print("worker", exchange:outcome())
    print("parent", client.models:list())
    print("stream", stream:next().choices[1].delta.content)
  ]]

  it("is told that the client is another's, and the parent goes on", function()
    if not fork then
      pending "luaposix is not installed for this Lua"
      return
    elseif (os.getenv("LD_PRELOAD") or ""):find("libasan", 1, true) then
      pending "the address sanitizer's allocator does not stand a fork beside a thread"
      return
    end
    local scene = server:scenario { routes = {
      ["GET /models"] = { { json = { data = {} } }, { json = { data = {} }, delay = 0.1 }, { json = { data = {} } },
        { json = { data = {} } } },
      ["POST /chat/completions"] = { { headers = { ["content-type"] = "text/event-stream" }, steps = {
        { ["repeat"] = 100, write = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n', every = 0.05 },
        { stall = true } } } } } }
    local output, status = child.run(CODE:format(scene.base_url, scene.base_url, scene.base_url))
    assert.equal(0, status, output)
    local _, told = output:gsub("this client was made before fork%(%)", "")
    assert.equal(2, told, output)
    assert.truthy(output:find("this call was made before fork()", 1, true), output)
    local _, pages = output:gsub("oai%.Page", "")
    assert.equal(2, pages, output)
    assert.truthy(output:find("child exited 0", 1, true), output)
    assert.truthy(output:find("worker\ttrue", 1, true), output)
    assert.truthy(output:find("stream\ta", 1, true), output)
    scene:wait_idle()
  end)
end)

describe("an idle engine", function()
  it("costs no time in a step", function()
    local engine = core.engine {}
    local started = core.clock()
    for _ = 1, 100 do
      engine:step(0)
    end
    assert.is_true(core.clock() - started < 2)
    engine:close()
  end)

  it("waits as long as it was told #timed", function()
    local engine = core.engine {}
    local started = core.clock()
    engine:step(0.1)
    local took = core.clock() - started
    assert.is_true(took >= 0.09 and took < 5, took)
    engine:close()
  end)
end)

-- How long a step takes that has something to do, after one that had.
local function busy_step(engine)
  engine:step(1)
  socket.sleep(0.006)
  local started = core.clock()
  engine:step(1)
  return core.clock() - started
end

local function start_all(engine, scene, count)
  local exchanges = {}
  for i = 1, count do
    exchanges[i] = drive.exchange(scene, { sink = "stream" })
    engine:start(exchanges[i])
  end
  drive.wait(engine, function()
    for _, exchange in ipairs(exchanges) do
      if exchange:status() == nil then
        return false
      end
    end
    return true
  end)
  return exchanges
end

describe("an engine with many exchanges under way", function()
  local MOMENT = 0.001 -- seconds
  local QUIET = { replies = { { steps = { { write = "a" }, { stall = true } } } }, repeat_last = true }
  local STEADY = { replies = { { steps = { { ["repeat"] = 2000, write = "b", every = 0.003 } } } } }

  it("lets the events of others come before the next turn #timed", function()
    local engine = core.engine {}
    local exchanges = { start_all(engine, server:scenario(QUIET), 62), start_all(engine, server:scenario(STEADY), 1) }
    assert.equal(2, #exchanges)
    local quickest = math.huge
    for _ = 1, 200 do
      quickest = quickest > MOMENT and busy_step(engine) or quickest
    end
    assert.is_true(quickest < MOMENT, "63 are no crowd")
    exchanges[3] = start_all(engine, server:scenario(QUIET), 1)
    for _ = 1, 5 do
      local took = busy_step(engine)
      assert.is_true(took >= MOMENT, took)
    end
    engine:close()
  end)
end)
