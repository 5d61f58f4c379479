-- What of a reply is taken, and what its end means.

local core = require "oai.core"
local drive = require "spec.support.drive"
local folder = require "spec.support.folder"
local libcurl = require "spec.support.libcurl"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"

local unpack = table.unpack or unpack -- luacheck: ignore

local MIB = 1024 * 1024
local CHUNKED = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
local LINE = "X: " .. ("x"):rep(1021) .. "\r\n"

for _, kind in ipairs(drive.kinds) do
  describe("a transfer, " .. kind.name, function()
    local here, engine = folder.each(), nil

    before_each(function()
      engine = drive.engine(kind, { ca_file = server.ca_file })
    end)

    after_each(function()
      engine:close()
    end)

    local function run(reply, fields, listener)
      local scene = server:scenario { replies = { reply } }
      local all = { url = scene:base_url_on(listener or "http") .. "/x" }
      for name, value in pairs(fields or {}) do
        all[name] = value
      end
      local exchange = drive.exchange(scene, all)
      engine:start(exchange)
      if all.sink ~= "stream" then
        drive.finish(engine, exchange)
      end
      return exchange, scene
    end

    local function all_of(exchange)
      local pieces, has_ended = {} ---@type string[], boolean?
      repeat
        engine:step(0.01)
        has_ended = exchange:outcome() ~= nil
        local piece = exchange:read()
        pieces[#pieces + 1] = piece
      until has_ended and not piece
      return table.concat(pieces)
    end

    for name, raw in pairs {
      ["the end of the connection"] = "HTTP/1.1 200 OK\r\nContent-Type: text/pl",
      ["an interim reply alone"] = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
      ["a change of protocol"] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nhello",
    } do
      for _, sink in ipairs { "body", "bytes", "stream", "file" } do
        it(("whose header is ended by %s has failed, sink %s"):format(name, sink), function()
          local exchange = run({ raw = raw }, { sink = sink == "file" and core.target(here:file "out") or sink })
          local complete, kind_of_end, _, retryable = drive.finish(engine, exchange)
          assert.same({ false, "connection", true }, { complete, kind_of_end, retryable })
          assert.equal("", here:names())
        end)
      end
    end

    it("takes no line as header once the header is complete", function()
      local raw = CHUNKED .. "2\r\nok\r\n0\r\nHTTP/x: y\r\nHTTP/1.1: 500\r\n\r\n"
      local exchange = run { raw = raw }
      assert.is_true(exchange:outcome())
      assert.equal(200, exchange:status())
      assert.truthy(exchange:headers():find("text/plain", 1, true))
      assert.equal("ok", exchange:read())
    end)

    it("is whole without its trailers, however many there are", function()
      local exchange = run { raw = CHUNKED .. "2\r\nok\r\n0\r\n" .. LINE:rep(3 * 1024) .. "\r\n" }
      assert.is_true(exchange:outcome())
      assert.equal("ok", exchange:read())
    end)

    for name, raw in pairs {
      ["lines"] = "HTTP/1.1 200 OK\r\n" .. LINE:rep(2 * 1024) .. "\r\n",
      ["interim replies"] = ("HTTP/1.1 103 Early Hints\r\n" .. LINE:rep(100) .. "\r\n"):rep(30)
        .. "HTTP/1.1 200 OK\r\n\r\n",
      ["a long line"] = "HTTP/1.1 200 OK\r\nX: " .. ("x"):rep(300 * 1024) .. "\r\n\r\n",
    } do
      it("fails at a header of too many " .. name, function()
        local complete, kind_of_end, message, retryable = run({ raw = raw }):outcome()
        assert.is_false(complete)
        if name ~= "interim replies" or kind_of_end ~= "connection" then -- later versions of libcurl count these
          assert.same({ "too_large", false }, { kind_of_end, retryable })
        end
        assert.is_not.equal("Out of memory", message)
      end)
    end

    --- A header block of so many bytes.
    local function header_of(size, first)
      local begin = (first or "HTTP/1.1 200 OK\r\nContent-Length: 2") .. "\r\n"
      local left = size - #begin - 2
      local lines = LINE:rep(math.floor(left / #LINE) - 1)
      return begin .. lines .. "Y: " .. ("y"):rep(left - #lines - 5) .. "\r\n\r\n"
    end

    it("takes a header up to its ceiling", function()
      local exchange = run { raw = header_of(256 * 1024) .. "ok" }
      assert.is_true((exchange:outcome()))
      assert.equal(256 * 1024, #exchange:headers())
      local complete, kind_of_end = run({ raw = header_of(256 * 1024 + 1) .. "ok" }):outcome()
      assert.same({ false, "too_large" }, { complete, kind_of_end })
    end)

    it("is not moved by an interim reply #timed", function()
      local listener = assert(socket.bind("127.0.0.1", 0))
      local _, port = listener:getsockname()
      local exchange = drive.make { method = "GET", url = ("http://127.0.0.1:%d/"):format(port) }
      listener:settimeout(5)
      engine:start(exchange)
      drive.pass(engine, 0.02)
      local peer = assert(listener:accept())
      drive.pass(engine, 0.15)
      peer:send "HTTP/1.1 103 Early Hints\r\n\r\n"
      drive.pass(engine, 0.05)
      assert.is_true(exchange:idle() > 0.14)
      peer:send "HTTP/1.1 204 No Content\r\n\r\n"
      assert.is_true(drive.finish(engine, exchange))
      peer:close()
      listener:close()
    end)

    it("takes interim replies and a header up to their ceiling", function()
      local interim = header_of(50 * 1024, "HTTP/1.1 103 Early Hints"):rep(20)
      local function outcome_of(size)
        local complete, kind_of_end = run({ raw = interim .. header_of(size - #interim) .. "ok" }):outcome()
        return complete or kind_of_end
      end
      if outcome_of(MIB) == "connection" then
        return pending "this libcurl counts interim replies itself"
      end
      assert.is_true(outcome_of(MIB))
      assert.equal("too_large", outcome_of(MIB + 1))
    end)

    for _, sink in ipairs { "body", "stream", "file" } do
      it("keeps a megabyte of what an error says, sink " .. sink, function()
        local exchange = run({ status = 500, steps = { { fill = 40 * MIB } } },
          { sink = sink == "file" and core.target(here:file "out") or sink })
        local body = sink == "stream" and all_of(exchange) or exchange:read()
        assert.equal(500, exchange:status())
        assert.is_true(exchange:outcome())
        assert.equal(MIB, #body)
        assert.equal("", here:names())
      end)
    end

    it("goes on with a connection whose error was kept to its last byte", function()
      local scene = server:scenario { replies = { { status = 500, body = ("x"):rep(MIB) } }, repeat_last = true }
      for _ = 1, 2 do
        local exchange = drive.exchange(scene, { url = scene:base_url_on "http" .. "/x" })
        engine:start(exchange)
        assert.is_true(drive.finish(engine, exchange))
        assert.equal(MIB, #exchange:read())
      end
      assert.equal(1, scene:journal().connections_total)
    end)

    for _, sink in ipairs { "body", "stream" } do
      it("keeps no more of an error than of a reply, sink " .. sink, function()
        local exchange = run({ status = 429, body = ("x"):rep(5000) },
          { sink = sink, transfer = { max_reply_bytes = 1000 } })
        local body = sink == "stream" and all_of(exchange) or exchange:read()
        assert.same({ true, 429, ("x"):rep(1000) }, { exchange:outcome(), exchange:status(), body })
      end)
    end

    it("has no ceiling for a whole stream, which is not kept", function()
      local exchange = run({ body = ("x"):rep(1e6) }, { sink = "stream", transfer = { max_reply_bytes = 1000 } })
      assert.equal(1e6, #all_of(exchange))
      assert.is_true(exchange:outcome())
    end)

    it("keeps a whole reply up to its ceiling", function()
      local exchange = run({ body = ("x"):rep(1000) }, { transfer = { max_reply_bytes = 1000 } })
      assert.equal(1000, #exchange:read())
      exchange = run({ body = ("x"):rep(1001) }, { transfer = { max_reply_bytes = 1000 } })
      local complete, kind_of_end, message, retryable = exchange:outcome()
      assert.same({ false, "too_large", false }, { complete, kind_of_end, retryable })
      assert.truthy(message:find("max_reply_bytes", 1, true))
    end)

    -- The pieces in which the data of an event of so many bytes arrives.
    local events = {
      ["one line"] = function(size)
        return { "data: " .. ("x"):rep(size) .. "\n\n" }
      end,
      ["one line in two pieces"] = function(size)
        return { "data: " .. ("x"):rep(size - 500), ("x"):rep(500) .. "\n\n" }
      end,
      ["a first line in two pieces"] = function(size)
        return { "\239\187\191data: " .. ("x"):rep(size - 500), ("x"):rep(500) .. "\n\n" }
      end,
      ["a line without its end"] = function(size)
        return { "data: " .. ("x"):rep(size), "\n\n" }
      end,
      ["two lines"] = function(size)
        return { "data: " .. ("x"):rep(size - 501) .. "\ndata: " .. ("x"):rep(500) .. "\n\n" }
      end,
      ["a line in each of two pieces"] = function(size)
        return { "data: " .. ("x"):rep(size - 501) .. "\n", "data: " .. ("x"):rep(500) .. "\n\n" }
      end,
      ["many lines"] = function(size)
        return { ("data:\n"):rep(size + 1) .. "\n" }
      end,
    }

    -- What is past the ceiling whatever follows.
    local endless = {
      ["a line"] = { "data: " .. ("x"):rep(1100) },
      ["a line in two pieces"] = { "data: " .. ("x"):rep(900), ("x"):rep(200) },
      ["lines"] = { ("data: " .. ("x"):rep(400) .. "\n"):rep(3) },
    }

    --- What a stream gives whose event comes in these pieces, and it.
    local function first_event(pieces)
      local steps, data = {}, nil
      for _, piece in ipairs(pieces) do
        steps[#steps + 1] = { write = piece }
        steps[#steps + 1] = { wait = 0.1 }
      end
      steps[#steps + 1] = { stall = true }
      local exchange = run({ steps = steps }, { sink = "stream", transfer = { max_event_bytes = 1000 } })
      drive.wait(engine, function()
        data = exchange:event()
        return data ~= nil
      end)
      return data, exchange
    end

    for name, pieces in pairs(events) do
      it("gives an event up to its ceiling: " .. name, function()
        local data = first_event(pieces(1000))
        assert.equal(1000, data and #data)
        for _, size in ipairs { 1001, 1100, 3000 } do
          local exchange
          data, exchange = first_event(pieces(size))
          assert.is_false(data)
          local _, kind_of_end, message, retryable = exchange:outcome()
          assert.same({ "too_large", false }, { kind_of_end, retryable })
          assert.truthy(message:find("max_event_bytes", 1, true))
        end
      end)
    end

    for name, pieces in pairs(endless) do
      it("does not wait for the end of an event past its ceiling: " .. name, function()
        local data, exchange = first_event(pieces)
        assert.is_false(data)
        assert.equal("too_large", select(2, exchange:outcome()))
      end)
    end

    it("drops an event past its ceiling that nothing ended", function()
      local line = "data: " .. ("x"):rep(600)
      local exchange = run({ body = "data: 1\n\nrest\n" .. line .. "\n" .. line },
        { sink = "stream", transfer = { max_event_bytes = 1000 } })
      drive.finish(engine, exchange)
      assert.same({ "1" }, { exchange:event() })
      assert.is_false(exchange:event())
      assert.same({ "rest\n" }, { exchange:rest() })
    end)

    it("refuses a file that comes compressed", function()
      local exchange = run({ gzip = true, body = "text" }, { sink = core.target(here:file "out") })
      local complete, kind_of_end, _, retryable = exchange:outcome()
      assert.same({ false, "decode", false }, { complete, kind_of_end, retryable })
      assert.equal("", here:names())
    end)

    it("saves what is not compressed, however its header says so", function()
      for _, said in ipairs { "", "identity", "Identity", "none" } do
        local exchange = run({ headers = { ["content-encoding"] = said }, body = said },
          { sink = core.target(here:file "out") })
        assert.is_true((exchange:outcome()))
        assert.equal(said, here:read "out")
      end
    end)

    it("refuses a file that one line of its header says is compressed, whatever another says", function()
      for _, said in ipairs { { "gzip", "identity" }, { "identity", "gzip" }, { "none, gzip" } } do
        local headers = {}
        for i, encoding in ipairs(said) do
          headers[i] = { "content-encoding", encoding }
        end
        local exchange = run({ gzip = true, body = "text", headers = headers }, { sink = core.target(here:file "out") })
        local complete, kind_of_end = exchange:outcome()
        assert.same({ said, false, "decode" }, { said, complete, kind_of_end })
      end
    end)

    it("says that what cannot be decoded cannot", function()
      local reply = { headers = { ["content-encoding"] = "gzip" }, body = "no gzip at all" }
      local complete, kind_of_end, _, retryable = run(reply):outcome()
      assert.same({ false, "decode", false }, { complete, kind_of_end, retryable })
    end)

    --- What comes of a reply over HTTP/2 of `status` whose header has `fields`
    --- besides and whose stream is ended by `ending`.
    local function run_over_http2(ending, status, fields)
      local all = { { ":status", status }, { "content-type", "text/plain" }, unpack(fields or {}) }
      local scene = server:wire { speaks = "h2", parts = { { steps = { { headers = all }, ending } } } }
      local exchange = drive.exchange(scene, {
        url = scene.base_url .. "/x", sink = core.target(here:file "out"), transfer = { http_version = "2" },
      })
      engine:start(exchange)
      local complete, kind_of_end, _, retryable = drive.finish(engine, exchange)
      scene:close()
      return complete, kind_of_end, retryable
    end

    it("saves nothing over HTTP/2 whose end could be a break", function()
      for name, ending in pairs {
        ["an end"] = { data = "text", ["end"] = true }, ["a break"] = { rst = "NO_ERROR" },
        ["silence"] = { stall = true },
      } do
        assert.same({ name, false, "connection", false }, { name, run_over_http2(ending, "200") })
        assert.equal("", here:names())
      end
    end)

    it("saves over HTTP/2 what says its length, and leaves a file as it was without a body", function()
      assert.is_true(run_over_http2({ data = "text", ["end"] = true }, "200", { { "content-length", "4" } }))
      assert.equal("text", here:read "out")
      assert.is_true(run_over_http2({ data = "", ["end"] = true }, "204"))
      assert.equal("text", here:read "out")
    end)

    for name, lengths in pairs {
      ["no number"] = "four", ["a number and more"] = "4x", ["another one besides"] = "4\r\nContent-Length: 2",
      ["another one in the same line"] = "4, 2", ["another one, beyond any"] = "4, " .. ("9"):rep(30),
      ["a sign"] = "+4",
    } do
      it("with a length that is " .. name .. " has failed", function()
        local raw = "HTTP/1.1 %s\r\nContent-Length: " .. lengths .. "\r\n\r\ntext"
        for _, sink in ipairs { "body", "bytes", "stream", "file" } do
          local target = sink == "file" and core.target(here:file "out")
          local exchange = run({ raw = raw:format "200 OK" }, { sink = target or sink })
          local complete, kind_of_end, _, retryable = drive.finish(engine, exchange)
          assert.same({ sink, false, "connection", true }, { sink, complete, kind_of_end, retryable })
          assert.is_nil(exchange:status())
          assert.equal("", here:names())
        end
      end)
    end

    it("may say the same length more than once", function()
      for _, lengths in ipairs { "4\r\nContent-Length: 4", "4, 4", " 4 ", "4,4\r\ncontent-length:4" } do
        local exchange = run { raw = "HTTP/1.1 200 OK\r\nContent-Length: " .. lengths .. "\r\n\r\ntext" }
        assert.is_true((exchange:outcome()))
        assert.equal("text", exchange:read())
      end
    end)

    local it_is_ours = libcurl.refuses_two_lengths and pending or it
    it_is_ours("has a status whatever its length, where that is an error's", function()
      local exchange = run { raw = "HTTP/1.1 400 no\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\ntext" }
      assert.is_true((exchange:outcome()))
      assert.equal(400, exchange:status())
    end)

    local best, best_of_streams = libcurl.http2 and "2" or "1.1", libcurl.http2_streams and "2" or "1.1"

    for _, case in ipairs {
      { best, {} }, { "1.1", {}, "1.1" }, { "1.1", { sink = "bytes" } },
      { "2", { sink = "bytes" }, "2" }, { best_of_streams, { sink = "stream" } }, { "2", { sink = "stream" }, "2" },
      { best, { method = "POST", body = ("x"):rep(MIB) } },
      { "1.1", { method = "POST", body = ("x"):rep(MIB + 1) } },
      { "2", { method = "POST", body = ("x"):rep(MIB + 1) }, "2" },
    } do
      local expected, fields, asked = case[1], case[2], case[3]
      local what = ("%s, %d bytes, asked for %s"):format(fields.sink or "body", #(fields.body or ""), asked or "none")
      it(("goes over HTTP/%s: %s"):format(expected, what), function()
        fields.transfer = { http_version = asked }
        local exchange, scene = run({ body = "x" }, fields, "https")
        drive.finish(engine, exchange)
        assert.equal(expected, scene:requests()[1].http_version)
      end)
    end

    it("takes a header for something that has moved", function()
      local scene = server:scenario { replies = { { delay = 0.1, steps = { { wait = 0.1 } } } } }
      local exchange = drive.exchange(scene)
      engine:start(exchange)
      local before, at_header = 0, nil
      drive.wait(engine, function()
        if exchange:status() then
          at_header = at_header or exchange:idle()
        else
          before = exchange:idle()
        end
        return exchange:outcome() ~= nil
      end)
      assert.is_true(at_header < before, before)
    end)

    it("tells how long nothing has moved", function()
      local scene = server:scenario { replies = { { steps = {
        { write = "x" }, { wait = 0.6 }, { write = "x" }, { wait = 0.1 } } } } }
      local exchange = drive.exchange(scene)
      assert.equal(0, exchange:idle())
      engine:start(exchange)
      local longest = 0
      drive.wait(engine, function()
        longest = math.max(longest, exchange:idle())
        return exchange:outcome() ~= nil
      end)
      assert.is_true(longest > 0.2 and longest < 5, longest)
    end)
  end)
end
