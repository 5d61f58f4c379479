-- An exchange that becomes a WebSocket: what goes out, what comes in, how it
-- ends, on both drives. Framing by itself is frames_spec's.

local child = require "spec.support.child"
local core = require "oai.core"
local drive = require "spec.support.drive"
local folder = require "spec.support.folder"
local peers = require "spec.support.socket_peer"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"
local timing = require "spec.support.timing"

local KEY = "dGhlIHNhbXBsZSBub25jZQ=="
local LINES = { "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " .. KEY,
  "Transfer-Encoding:", "Expect:" }

local SECONDS = 20
local MB = 1024 * 1024
local KEPT = 1.5 * MB -- two buffers of 512 KiB may be, one that is read and one that fills, and what is small

local frame, close_frame = peers.frame, peers.close_frame

-- A `send` that takes no more than 1000 bytes, and none at the next call, as
-- where a network is slow.
local function small_sends(here)
  local source = here:write("small.c", [[
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <sys/socket.h>
    ssize_t send (int descriptor, const void *bytes, size_t count, int flags) {
      static __thread int is_full = 0;
      ssize_t (*next)(int, const void *, size_t, int) =
        (ssize_t (*)(int, const void *, size_t, int))dlsym(RTLD_NEXT, "send");
      if (is_full) {
        is_full = 0;
        errno = EAGAIN;
        return -1;
      }
      is_full = count > 1000;
      return next(descriptor, bytes, is_full ? 1000 : count, flags);
    }
  ]])
  local library = here:file "small.so"
  assert.is_true(here:run(("cc -shared -fPIC -o %s %s -ldl"):format(library, source)))
  return library
end

-- Two sockets over which long messages go out, which are read once a file is
-- there.
local SENDS = [[
  local core, drive = require "oai.core", require "spec.support.drive"
  local engine = drive.engine(drive.kinds[%d], { ca_file = %q })
  local plan = core.plan { method = "GET", lines = { "Upgrade: websocket", "Connection: Upgrade",
    "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: %s", "Transfer-Encoding:", "Expect:" } }
  local all, limit = {}, core.clock() + 10
  for i, url in ipairs { %q, %q } do
    local exchange = core.exchange(plan, url .. "/x", nil, "socket")
    engine:start(exchange)
    repeat engine:step(0.01) until exchange:status() or core.clock() > limit
    for _ = 1, 3 do
      exchange:send("binary", ("x"):rep(%d))
    end
    all[i] = exchange
  end
  local read = false
  repeat
    engine:step(0.01)
    read = read or io.open(%q) ~= nil
  until read or core.clock() > limit
  for _, exchange in ipairs(all) do
    local bytes, kind, content = 0, nil, nil
    repeat
      kind, content = exchange:message()
      bytes = bytes + (kind == "binary" and #content or 0)
      if kind == nil then engine:step(0.01) end
    until kind == "close" or kind == false or core.clock() > limit
    io.write(("%%d"):format(bytes), " ", tostring(kind), " ")
  end
  engine:close()
]]

for _, kind in ipairs(drive.kinds) do
  describe("a socket, " .. kind.name, function()
    local engine, peer, exchange

    before_each(function()
      engine = drive.engine(kind)
      peer = peers.new()
    end)

    after_each(function()
      engine:close()
      peer:close()
    end)

    local function make(fields)
      fields = fields or {}
      local plan = core.plan { method = "GET", transfer = fields.transfer, lines = LINES }
      return core.exchange(plan, fields.url or peer.url, nil, "socket", fields.credential)
    end

    -- Steps until `look()` gives something, which it returns: the peer is in
    -- this process, and what it gets wakes no engine.
    local function wait(look)
      local limit = core.clock() + SECONDS
      local a, b, c = look()
      while a == nil do
        assert(core.clock() < limit, "it did not get there")
        engine:step(0.002)
        a, b, c = look()
      end
      return a, b, c
    end

    -- Starts it; the request that the peer got.
    local function ask(fields)
      exchange = make(fields)
      engine:start(exchange)
      return wait(function()
        return peer:request()
      end)
    end

    local function open(fields, first)
      local request = ask(fields)
      peer:send(peers.upgrade(request) .. (first or ""))
      assert.equal(101, wait(function()
        return exchange:status()
      end))
      return request
    end

    -- The next message, or what it says instead of none yet.
    local function message()
      return wait(function()
        peer:turn()
        return exchange:message()
      end)
    end

    -- The next frame that the peer gets; also its mask.
    local function heard_masked()
      return wait(function()
        return peer:frame()
      end)
    end

    local function heard()
      local a, b = heard_masked()
      return a, b
    end

    it("asks for itself with these lines and no others of an upload", function()
      local request = open { credential = core.credential "sk-1" }
      assert.truthy(request:find "^GET /v1/realtime HTTP/1.1\r\n")
      local names = {}
      for name in request:gmatch "\r\n([%w-]+):" do
        names[#names + 1] = name:lower()
      end
      table.sort(names)
      assert.same({ "accept", "accept-encoding", "authorization", "connection", "host", "sec-websocket-key",
        "sec-websocket-version", "upgrade", "x-client-request-id" }, names)
      assert.truthy(exchange:headers():find("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 1, true)
        or exchange:headers():find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 1, true))
    end)

    it("takes messages, also those that come with the header", function()
      open(nil, frame("text", "one") .. frame("binary", "\0\255") .. frame("text", ""))
      assert.same({ "text", "one" }, { message() })
      assert.same({ "binary", "\0\255" }, { message() })
      assert.same({ "text", "" }, { message() })
      local none, id = exchange:message()
      assert.is_nil(none)
      assert.equal(exchange:id(), id)
      peer:send(frame("text", "tw", { fin = false }))
      peer:send(frame("ping", "p") .. frame("continuation", "o"))
      assert.same({ "ping", "p" }, { message() })
      assert.same({ "text", "two" }, { message() })
      assert.is_nil((exchange:outcome()))
    end)

    it("sends frames, with masks of their own, and says where they are", function()
      open()
      assert.equal(11, exchange:send("text", "hello"))
      assert.equal(19, exchange:send("binary", "\0\1"))
      assert.equal(25, exchange:send "ping")
      local kind_1, content_1, mask_1 = heard_masked()
      local kind_2, content_2, mask_2 = heard_masked()
      assert.same({ "text", "hello", "binary", "\0\1" }, { kind_1, content_1, kind_2, content_2 })
      assert.not_equal(mask_1, mask_2)
      assert.equal("ping", (heard()))
      assert.equal(25, (exchange:progress()))
    end)

    it("has written a message when it has taken it, without a step", function()
      open()
      drive.pass(engine, 0.1) -- libcurl has asked for what there is to send
      for number = 1, 3 do
        exchange:send("text", "now " .. number)
        local limit, name, content = core.clock() + SECONDS, peer:frame()
        while name == nil and core.clock() < limit do
          name, content = peer:frame()
        end
        assert.same({ "text", "now " .. number }, { name, content })
      end
    end)

    it("uses no mask twice", function()
      open()
      local seen = {}
      for _ = 1, 40 do
        exchange:send "ping"
        local _, _, mask = heard_masked()
        assert.is_nil(seen[mask])
        seen[mask] = true
      end
    end)

    for _, length in ipairs { 125, 126, 65535, 65536 } do
      it("sends and takes a message of " .. length .. " bytes", function()
        local text = ("0123456789abcdef"):rep(4096):sub(1, length)
        open(nil, frame("text", text))
        exchange:send("text", text)
        assert.same({ "text", text }, { message() })
        assert.same({ "text", text }, { heard() })
      end)
    end

    it("answers a ping when it is read", function()
      open(nil, frame("ping", "are you there?"))
      assert.same({ "ping", "are you there?" }, { message() })
      assert.same({ "pong", "are you there?" }, { heard() })
    end)

    it("refuses what is no text", function()
      open()
      assert.same({ nil, "utf8" }, { exchange:send("text", "\255") })
      assert.same({ nil, "utf8" }, { exchange:send("close", "\255", 1000) })
      assert.equal(7, exchange:send("binary", "\255"))
    end)

    it("sends nothing before it is open", function()
      exchange = make()
      assert.same({ nil, "over" }, { exchange:send("text", "x") })
    end)

    it("ends when the peer closes, whose close frame it returns", function()
      open(nil, frame("text", "last") .. close_frame(4001, "enough") .. frame("text", "never"))
      assert.same({ "text", "last" }, { message() })
      assert.same({ "close", "enough", 4001 }, { message() })
      assert.same({ "close", "\15\161" }, { heard() })
      assert.same({ nil, "over" }, { exchange:send("text", "x") })
      peer:hang_up()
      assert.is_false((message()))
      assert.is_true((exchange:outcome()))
    end)

    it("is closed, and hears the peer's close", function()
      open()
      exchange:send("close", "bye", 1000)
      assert.same({ nil, "over" }, { exchange:send("text", "x") })
      assert.same({ "close", "\3\232bye" }, { heard() })
      peer:send(close_frame(1000))
      assert.same({ "close", "", 1000 }, { message() })
      peer:hang_up()
      assert.is_false((message()))
      assert.is_true((exchange:outcome()))
    end)

    it("waits no longer than a second for the peer's end", function()
      if kind.worker then
        return -- its clock is the same one
      end
      open(nil, close_frame())
      assert.same({ "close", "", 1005 }, { message() })
      assert.same({ "close", "" }, { heard() })
      local start = core.clock()
      assert.is_false((message()))
      assert.is_true(timing.within(core.clock() - start, 1.5))
      assert.is_true((exchange:outcome()))
    end)

    it("fails where the connection ends without a close frame", function()
      open(nil, frame("text", "x"))
      assert.same({ "text", "x" }, { message() })
      peer:hang_up()
      assert.is_false((message()))
      assert.same({ false, "connection", "the connection ended without a close frame", true }, { exchange:outcome() })
    end)

    for _, case in ipairs {
      { "a masked frame", frame("text", "x", { mask = "abcd" }), 1002, "protocol" },
      { "text that is not UTF-8", frame("text", "\255"), 1007, "protocol" },
      { "a message that is too large", frame("text", ("x"):rep(101)), 1009, "limit" },
    } do
      it("fails for " .. case[1] .. ", and says so to the peer", function()
        open({ transfer = { max_event_bytes = 100 } }, case[2] .. frame("text", "never"))
        local kind_heard, content = wait(function()
          assert(not exchange:message())
          return peer:frame()
        end)
        assert.same({ "close", case[3] }, { kind_heard, content:byte(1) * 256 + content:byte(2) })
        peer:hang_up()
        assert.is_false((message()))
        local good, kind_of_error, _, retryable = exchange:outcome()
        assert.same({ false, case[4], false }, { good, kind_of_error, retryable })
      end)
    end

    for _, case in ipairs {
      { "401 Unauthorized", '{"error":{"message":"no"}}' }, { "500 Oops", "x" },
    } do
      it("is an ordinary reply where the server says " .. case[1], function()
        ask()
        peer:send(("HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s"):format(case[1], #case[2], case[2]))
        assert.is_true(drive.finish(engine, exchange))
        assert.equal(tonumber(case[1]:sub(1, 3)), exchange:status())
        assert.equal(case[2], exchange:read())
        assert.is_false(exchange:message())
      end)
    end

    it("is a whole reply where the server does not change protocols", function()
      ask()
      peer:send "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
      assert.is_true(drive.finish(engine, exchange))
      assert.equal(200, exchange:status())
      assert.equal("ok", exchange:read())
    end)

    it("follows a redirect's address", function()
      ask()
      peer:send "HTTP/1.1 307 Elsewhere\r\nLocation: /v2\r\nContent-Length: 0\r\n\r\n"
      assert.is_true(drive.finish(engine, exchange))
      assert.equal((peer.url:gsub("/v1.*", "/v2")), exchange:redirect())
    end)

    it("takes what is said before the reply for that", function()
      local request = ask()
      peer:send "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
      peer:send(peers.upgrade(request) .. frame("text", "x"))
      assert.same({ "text", "x" }, { message() })
      assert.equal(101, exchange:status())
    end)

    it("has its connection to itself, before and after", function()
      local scene = server:scenario { replies = { { body = "x" }, { headers = { ["content-length"] = "0" },
        socket = { steps = { { close = 1000 } } } }, { body = "y" } } }
      for i, sink in ipairs { false, "socket", false } do
        local x = core.exchange(core.plan { method = i == 3 and "HEAD" or "GET", lines = sink and LINES or nil },
          scene.base_url .. "/x", nil, sink or nil)
        engine:start(x)
        wait(function()
          return x:outcome() ~= nil or (sink and x:message() == false) or nil
        end)
        x:close()
      end
      local requests = scene:requests()
      assert.not_equal(requests[1].connection, requests[2].connection)
      assert.not_equal(requests[3].connection, requests[2].connection)
    end)

    it("leaves nothing on what other requests use", function()
      local scene = server:scenario { replies = { { body = "x" } }, repeat_last = true }
      open(nil, close_frame(1000))
      assert.equal("close", (message()))
      peer:hang_up()
      assert.is_false((message()))
      exchange:close()
      for _, method in ipairs { "GET", "POST", "HEAD" } do
        local x = drive.exchange(scene, { method = method, body = method == "POST" and "abc" or nil })
        engine:start(x)
        assert.is_true(drive.finish(engine, x))
      end
      local requests = scene:requests()
      assert.same({ "GET", "POST", "HEAD" }, { requests[1].method, requests[2].method, requests[3].method })
      assert.same({ "", "abc", "" }, { requests[1].body, requests[2].body, requests[3].body })
    end)

    it("sends while its reader is behind, whose memory stays flat", function()
      local scene = server:scenario { replies = { { socket = {
        steps = { { flood = 24 * MB, size = 65536, kind = "binary" }, { close = 1000 } },
      } } } }
      exchange = make { url = scene.base_url .. "/x" }
      engine:start(exchange)
      wait(function()
        return exchange:status()
      end)
      drive.pass(engine, 0.1)
      process.forget_peak()
      local before = process.memory()
      local position
      for _ = 1, 20 do
        position = exchange:send("text", "hello")
        engine:step(0.005)
      end
      drive.pass(engine, 0.2)
      assert.equal(position, (exchange:progress()))
      local _, _, received = exchange:progress()
      assert.is_true(received < MB, received)
      assert.is_true(process.peak() - before < 4 * MB, process.peak() - before)
      assert.is_nil((exchange:outcome()))
      local bytes, kind_of_message, content = 0, message()
      while kind_of_message == "binary" do
        bytes = bytes + #content
        kind_of_message, content = message()
      end
      assert.same({ 24 * MB, "close" }, { bytes, kind_of_message })
      assert.is_false((message()))
      assert.is_true((exchange:outcome()))
      assert.equal(20, #scene:requests()[1].socket.messages)
    end)

    it("refuses more where the peer does not read, and loses nothing", function()
      open()
      peer.counts, peer.deaf = true, true
      local piece, position, reason = ("x"):rep(MB), 0, nil
      for _ = 1, 40 do
        local at
        at, reason = exchange:send("binary", piece)
        position = at or position
        if reason then
          break
        end
        drive.pass(engine, 0.001)
      end
      assert.equal("full", reason)
      local waits = position - exchange:progress()
      assert.is_true(waits > 14 * MB and waits <= 17 * MB, waits)
      assert.same({ nil, "full" }, { exchange:send("text", piece) })
      assert.is_number(exchange:send("close", "", 1000))
      peer.deaf = false
      wait(function()
        peer:turn()
        return peer.count == position + 8 or nil
      end)
      assert.equal(position + 8, exchange:progress())
    end)

    local it_slowly = child.preloads_nothing() and pending or it
    it_slowly("sends all of long messages over a slow network, while its reader is behind, too", function()
      local here, length, flood = folder.new(), 20000, MB
      local steps = { { flood = flood, kind = "binary" }, { echo = 3 }, { close = 1000 } }
      local scene = server:scenario { replies = { { socket = { steps = steps } } }, repeat_last = true }
      local program = child.start(SENDS:format(kind.worker and 2 or 1, server.ca_file, KEY, scene.base_url,
        scene:base_url_on "https", length, here:file "read"), { LD_PRELOAD = small_sends(here) })
      local arrived, limit = {}, core.clock() + 5
      repeat
        socket.sleep(0.01)
        for i, request in ipairs(scene:requests()) do
          arrived[i] = request.socket and #request.socket.messages
        end
      until arrived[1] == 3 and arrived[2] == 3 or core.clock() > limit
      here:write("read", "")
      local output, status = program:finish()
      here:remove()
      local all = ("%d close "):format(flood + 3 * length):rep(2)
      assert.same({ { 3, 3 }, all, 0 }, { arrived, output, status })
    end)

    it("takes a message of any size when no other waits", function()
      open()
      assert.is_number(exchange:send("binary", ("x"):rep(24 * MB)))
      assert.same({ nil, "full" }, { exchange:send("text", "x") })
    end)

    local it_counts = process.allocated() and it or pending
    it_counts("gives the memory of long messages back", function()
      local steps = { { send = "x" }, { flood = 16 * MB, size = 16 * MB }, { await = 1 },
        { binary = ("y"):rep(2 * MB), fragments = 65536 }, { await = 1 }, { send = "x" } }
      local scene = server:scenario { replies = { { socket = { steps = steps } } } }
      exchange = make { url = scene.base_url .. "/x" }
      engine:start(exchange)
      assert.equal("text", (message()))
      local before = process.allocated()
      for _, length in ipairs { 16 * MB, 2 * MB } do
        assert.equal(length, #select(2, message()))
        exchange:message()
        assert.is_true(process.allocated() - before < KEPT, process.allocated() - before)
        exchange:send("binary", ("z"):rep(length - 1))
      end
      assert.equal("text", (message()))
      assert.is_true(process.allocated() - before < KEPT, process.allocated() - before)
    end)

    it("fails where the peer resets the connection", function()
      local steps = { { send = "x" }, { await = 1 }, { reset = true } }
      local scene = server:scenario { replies = { { socket = { steps = steps } } } }
      exchange = make { url = scene.base_url .. "/x" }
      engine:start(exchange)
      assert.equal("text", (message()))
      exchange:send("text", "now")
      assert.is_false((message()))
      local good, kind_of_error, _, retryable = exchange:outcome()
      assert.same({ false, "connection", true }, { good, kind_of_error, retryable })
    end)

    it("waits for nothing when it has failed while a message was taken", function()
      open()
      drive.pass(engine, 0.1)
      exchange:send("text", "this is not read, so the peer resets the connection")
      peer:hang_up()
      exchange:send("text", "this cannot be written")
      local start = core.clock()
      engine:step(30)
      engine:step(0)
      assert.is_true(core.clock() - start < 15)
      assert.equal("connection", (select(2, exchange:outcome())))
    end)

    it("is told that the peer has gone while its reader was behind", function()
      open(nil, frame("binary", ("x"):rep(65536)):rep(2))
      peer.connection:settimeout(1)
      for _ = 1, 6 do
        peer:send(frame("binary", ("x"):rep(65536)))
        drive.pass(engine, 0.01)
      end
      peer:hang_up()
      drive.pass(engine, 0.05)
      local count = 0
      while message() do
        count = count + 1
      end
      assert.equal(8, count)
      assert.equal("connection", (select(2, exchange:outcome())))
    end)

    for _, how in ipairs { "fin", "cut", "reset" } do
      it("goes over TLS, and ends with " .. how, function()
        engine:close()
        engine = drive.engine(kind, { ca_file = server.ca_file })
        local steps = { { ping = "p" }, { echo = 2 }, { [how] = true } }
        local scene = server:scenario { replies = { { socket = { steps = steps } } } }
        exchange = make { url = scene:base_url_on "https" .. "/x" }
        engine:start(exchange)
        assert.same({ "ping", "p" }, { message() })
        exchange:send("text", "hello")
        exchange:send("binary", ("x"):rep(100000))
        local kind_of_message, content = message()
        assert.same({ "text", "hello" }, { kind_of_message, content })
        kind_of_message, content = message()
        assert.same({ "binary", 100000 }, { kind_of_message, #content })
        assert.is_false((message()))
        assert.equal("connection", (select(2, exchange:outcome())))
      end)
    end

    it("is closed in the middle of all, or dropped", function()
      local threads, descriptors = process.threads(), process.descriptors()
      for i = 1, 4 do
        open(nil, i % 2 == 0 and frame("text", "x") or nil)
        exchange:send("text", "y")
        if i < 3 then
          exchange:close()
        end
        exchange = nil
        collectgarbage()
        wait(function()
          peer:turn()
          return peer.ended or nil
        end)
        peer:hang_up()
      end
      drive.pass(engine, 0.01)
      assert.equal(threads, process.threads())
      assert.is_true(process.descriptors() <= descriptors + 1)
    end)

    for _, ending in ipairs { "", "os.exit(0)", "os.exit(_VERSION ~= 'Lua 5.1' and true or 0, true)",
      "x = nil collectgarbage()", "engine = nil collectgarbage()" } do
      it("stands the end of the program: " .. ending, function()
        local scene = server:scenario { replies = { { socket = { steps = { { send = "x" }, { flood = 8 * MB } } } } },
          repeat_last = true }
        local program = child.start(([[
          local core = require "oai.core"
          local engine = core.engine { worker = %s, options = { ca_file = %q } }
          kept = {}
          for i = 1, 4 do
            local plan = core.plan { method = "GET", lines = { "Upgrade: websocket", "Connection: Upgrade",
              "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: %s", "Transfer-Encoding:", "Expect:" } }
            kept[i] = core.exchange(plan, (i %% 2 == 0 and %q or %q) .. "/x", nil, "socket")
            engine:start(kept[i])
          end
          local count, limit = 0, core.clock() + 20
          repeat
            engine:step(0.05)
            for i = 1, 4 do
              count = count + (kept[i]:message() and 1 or 0)
            end
          until count >= 4 or core.clock() > limit
          for i = 1, 4 do
            kept[i]:send("text", ("y"):rep(100000))
          end
          print("under way")
          %s
        ]]):format(tostring(kind.worker), server.ca_file, KEY, scene.base_url, scene:base_url_on("https"), ending))
        assert.equal("under way", program:line())
        local output, status = program:finish()
        assert.equal(0, status, output)
      end)
    end
  end)
end
