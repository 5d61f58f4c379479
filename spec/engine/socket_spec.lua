-- An exchange that becomes a WebSocket: what goes out, what comes in, how it
-- ends, on both drives. Framing by itself is frames_spec's.

local core = require "oai.core"
local drive = require "spec.support.drive"
local peers = require "spec.support.socket_peer"

local KEY = "dGhlIHNhbXBsZSBub25jZQ=="
local LINES = { "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " .. KEY,
  "Transfer-Encoding:", "Expect:" }

local frame, close_frame = peers.frame, peers.close_frame

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

    -- Starts it; the request that the peer got.
    local function ask(fields)
      exchange = make(fields)
      engine:start(exchange)
      local request
      drive.wait(engine, function()
        request = peer:request()
        return request
      end)
      return request
    end

    local function open(fields, first)
      local request = ask(fields)
      peer:send(peers.upgrade(request) .. (first or ""))
      drive.wait(engine, function()
        return exchange:status()
      end)
      assert.equal(101, exchange:status())
      return request
    end

    -- The next message, or what it says instead of none yet.
    local function message()
      local a, b, c
      drive.wait(engine, function()
        peer:turn()
        a, b, c = exchange:message()
        return a ~= nil
      end)
      return a, b, c
    end

    -- The next frame that the peer gets; also its mask.
    local function heard_masked()
      local a, b, c
      drive.wait(engine, function()
        a, b, c = peer:frame()
        return a
      end)
      return a, b, c
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
      open(nil, close_frame())
      assert.same({ "close", "", 1005 }, { message() })
      assert.same({ "close", "" }, { heard() })
      local start = core.clock()
      assert.is_false((message()))
      assert.is_true(core.clock() - start < 1.5)
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
        local kind_heard, content
        drive.wait(engine, function()
          assert(not exchange:message())
          kind_heard, content = peer:frame()
          return kind_heard
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
    end)

    it("follows a redirect's address", function()
      ask()
      peer:send "HTTP/1.1 307 Elsewhere\r\nLocation: /v2\r\nContent-Length: 0\r\n\r\n"
      assert.is_true(drive.finish(engine, exchange))
      assert.equal((peer.url:gsub("/v1.*", "/v2")), exchange:redirect())
    end)
  end)
end
