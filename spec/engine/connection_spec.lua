-- Connections between and after the exchanges that use them.

local child = require "spec.support.child"
local core = require "oai.core"
local drive = require "spec.support.drive"
local folder = require "spec.support.folder"
local libcurl = require "spec.support.libcurl"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"

local POISON = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\npoison"

--- A reply after which, on the same connection, something comes that nobody
--- asked for.
local function disturbed_after(seconds, noise)
  return { content_length = 3, steps = { { write = "one" }, { wait = seconds }, { raw = noise } } }
end

-- A `send` that takes a fifth of a second, by whose end the reply is there, but
-- for the first: its reply is waited for.
local function late_sends(here)
  local source = here:write("late.c", [[
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <sys/socket.h>
    #include <unistd.h>
    ssize_t send (int descriptor, const void *bytes, size_t count, int flags) {
      static int calls = 0;
      ssize_t (*next)(int, const void *, size_t, int) =
        (ssize_t (*)(int, const void *, size_t, int))dlsym(RTLD_NEXT, "send");
      ssize_t sent = next(descriptor, bytes, count, flags);
      if (calls++ > 0)
        usleep(200000);
      return sent;
    }
  ]])
  local library = here:file "late.so"
  assert.is_true(here:run(("cc -shared -fPIC -o %s %s -ldl"):format(library, source)))
  return library
end

-- One request whose connection ends with it, and three of the same engine, with
-- half a second and more between them.
local LATE = [[
  local core, drive, socket = require "oai.core", require "spec.support.drive", require "socket"
  local kind, options = drive.kinds[%d], { unix_socket = %q }
  local engine = drive.engine(kind, options)
  local function get()
    local exchange = drive.exchange { base_url = %q }
    engine:start(exchange)
    local complete, _, message = drive.finish(engine, exchange)
    return complete and exchange:read() or message
  end
  io.write(get(), " ")
  for _ = 1, 2 do
    io.write(get(), " ")
    local limit = core.clock() + 1
    while core.clock() < limit do
      if %s then engine:step(0.02) else socket.sleep(0.1) end
    end
  end
  io.write(get())
  engine:close()
  engine = drive.engine(kind, options)
  local none = drive.exchange({ base_url = "" }, { url = "ftp://localhost/" })
  engine:start(none) -- it ends without a connection, in the same step as the next
  io.write(" ", get(), " ", tostring((drive.finish(engine, none))))
  engine:close()
]]

for _, kind in ipairs(drive.kinds) do
  describe("a connection, " .. kind.name, function()
    local engine

    before_each(function()
      engine = drive.engine(kind, { ca_file = server.ca_file })
    end)

    after_each(function()
      engine:close()
    end)

    local function get(scene, fields)
      local exchange = drive.exchange(scene, fields)
      engine:start(exchange)
      local complete, _, message = drive.finish(engine, exchange)
      return complete and exchange:read(), message
    end

    local function pass(seconds)
      drive.pass(engine, seconds)
    end

    --- Waits until what the first reply does to its connection is done, and
    --- has arrived.
    local function disturbed(scene, wait)
      repeat
        wait(0.05)
      until scene:journal().requests[1].outcome == "complete"
      wait(0.2)
    end

    for _, way in ipairs {
      { name = "while the engine runs", wait = pass },
      { name = "while the program does something else", wait = socket.sleep },
    } do
      for _, listener in ipairs { "http", "https1", "unix" } do
        it(("on which a reply too many comes is not used again: %s, over %s"):format(way.name, listener), function()
          local scene = server:scenario { replies = { disturbed_after(0.05, POISON), { body = "two" } } }
          local url = scene:base_url_on(listener) .. "/x"
          engine:close()
          engine = drive.engine(kind, {
            ca_file = server.ca_file, unix_socket = listener == "unix" and server.unix or nil,
          })
          assert.equal("one", get(scene, { url = url }))
          disturbed(scene, way.wait)
          assert.equal("two", get(scene, { url = url }))
          assert.equal(2, scene:journal().connections_total)
        end)
      end

      local it_late = child.preloads_nothing() and pending or it
      it_late("whose first reply was there at once is watched all the same: " .. way.name, function()
        local scene = server:scenario {
          replies = {
            { body = "none", headers = { connection = "close" } },
            disturbed_after(0.5, POISON), disturbed_after(0.5, POISON), { body = "three" }, { body = "four" },
          },
        }
        local here = folder.new()
        local output, status = child.run(LATE:format(kind.worker and 2 or 1, server.unix,
          scene:base_url_on "unix", tostring(way.wait == pass)), { LD_PRELOAD = late_sends(here) })
        here:remove()
        assert.same({ "none one one three four false", 0 }, { output, status })
      end)

      it("that ended is not used again: " .. way.name, function()
        local scene = server:scenario { replies = { { body = "one", after_reply = "close" }, { body = "two" } } }
        assert.equal("one", get(scene))
        disturbed(scene, way.wait)
        assert.equal("two", get(scene, { method = "POST", body = "b" }))
        assert.equal(2, #scene:requests())
      end)
    end

    -- libcurl 8.22 begins an upload on each of them, which then fails.
    for name, broken in pairs {
      ["ended within a header"] = { speaks = "http1", steps = { "HTTP/1.1 200 OK\r\nContent-", { fin = true } } },
      ["was reset"] = { speaks = "h2", version = "2", steps = { { reset = true } } },
      ["broke the protocol of HTTP/2"] = { speaks = "h2", version = "2",
        steps = { { frame = "SETTINGS", stream = 0, times = 100000 }, { stall = true } } },
    } do
      it(("that %s is not used again"):format(name), function()
        local scene = server:wire { speaks = broken.speaks, requests = 1, parts = { { steps = broken.steps } } }
        local function upload()
          local form = assert(core.form { { name = "a", data = ("x"):rep(9000) } })
          return get(scene, { method = "POST", form = form, transfer = { http_version = broken.version } })
        end
        assert.is_falsy(upload())
        assert.truthy(upload())
        assert.equal(2, #scene:journal().requests)
      end)
    end

    if not kind.worker then -- which sees to each of its connections in its time
      -- An older libcurl sends a GET again by itself.
      local it_once = libcurl.asks_again and it or pending
      it_once("that ended is not taken for the one that is opened in its place", function()
        local scene = server:scenario { routes = {
          ["GET /ends"] = { { content_length = 3, steps = { { write = "one" }, { wait = 0.2 }, { close = true } } } },
          ["GET /goes-on"] = { { steps = { { write = "1" }, { wait = 0.15 }, { write = "2" }, { wait = 0.5 } } } },
        }, replies = { { body = "three" } } }
        local other = drive.exchange(scene, { url = scene.base_url .. "/goes-on", sink = "stream" })
        engine:start(other)
        drive.wait(engine, function()
          return other:read() ~= nil
        end)
        assert.equal("one", get(scene, { url = scene.base_url .. "/ends" }))
        local third = drive.exchange(scene)
        engine:start(third) -- it begins with the next step
        socket.sleep(0.3) -- by then there is news of both connections
        engine:step(0)
        assert.is_true(drive.finish(engine, third))
        assert.equal("three", third:read())
      end)
    end

    it("of HTTP/2 may say something of itself", function()
      local scene = server:scenario { replies = {
        { content_length = 3, steps = { { write = "one" }, { wait = 0.05 } } }, { body = "two" } } }
      local url = scene:base_url_on "https" .. "/x"
      assert.equal("one", get(scene, { url = url }))
      pass(0.2)
      assert.equal("two", get(scene, { url = url }))
      assert.equal(1, scene:journal().connections_total)
    end)

    it("is kept while its reader is behind", function()
      local scene = server:scenario { replies = { { steps = { { fill = 4e6 } } }, { body = "two" } } }
      local slow = drive.exchange(scene, { sink = "stream" })
      engine:start(slow)
      drive.wait(engine, function()
        return slow:status() ~= nil
      end)
      pass(0.3)
      assert.equal("two", get(scene))
      local bytes = 0
      while slow:outcome() == nil or slow:progress() == nil do
        bytes = bytes + #(slow:read() or "")
        engine:step(0.01)
      end
      bytes = bytes + #(slow:read() or "")
      assert.is_true(slow:outcome())
      assert.equal(4e6, bytes)
    end)

    for _, method in ipairs { "GET", "POST" } do
      for _, listener in ipairs { "http", "https1", "https" } do
        local it_is_asked = (libcurl.asks_again or method == "POST") and it or pending
        local what = ("that dies under a %s does not have it sent again unseen, over %s"):format(method, listener)
        it_is_asked(what, function()
          local scene = server:scenario { replies = { { body = "one" }, { fault = "reset" }, { body = "three" } } }
          local fields = { method = method, url = scene:base_url_on(listener) .. "/x" }
          fields.body = method == "POST" and "b" or nil
          assert.equal("one", get(scene, fields))
          local body, message = get(scene, fields)
          assert.is_false(body)
          assert.is_string(message)
          assert.equal(2, #scene:requests())
        end)
      end
    end

    local it_with_http2 = libcurl.http2_streams and it or pending

    for name, first in pairs { ["after a reply"] = { body = "one" }, ["after a reset alone"] = { fault = "reset" } } do
      local it_may_go_on = first.body and it or it_with_http2
      it_may_go_on("over which nothing comes any more is not used again, " .. name, function()
        local scene = server:scenario { replies = { first, { fault = "stall" }, { body = "three" } } }
        local url = scene:base_url_on "https" .. "/x"
        assert.equal(first.body or false, get(scene, { url = url }))
        local mute = drive.exchange(scene, { url = url })
        engine:start(mute)
        pass(0.4)
        assert.is_nil(mute:outcome())
        assert.is_true(mute:idle() > 0.3 and mute:idle() < 10)
        assert.equal(1, scene:journal().connections_total)
        mute:expire()
        drive.finish(engine, mute)
        mute:close()
        assert.equal("three", get(scene, { url = url }))
        assert.equal(2, scene:journal().connections_total)
      end)
    end

    --- Gives up the connection of an exchange to which nothing came, though
    --- another one waits on it, and begins `last` right then.
    local function give_up(scene, last)
      local url = scene:base_url_on "https" .. "/stall"
      local mute, other = drive.exchange(scene, { url = url }), drive.exchange(scene, { url = url })
      engine:start(mute)
      engine:start(other)
      scene:wait(function(journal)
        pass(0.01)
        return journal.requests_total == 3
      end)
      pass(0.05)
      if not kind.worker then -- it begins with the next step
        engine:start(last)
      end
      mute:expire()
      mute:close()
      if kind.worker then
        engine:start(last)
      end
      local complete = drive.finish(engine, last)
      other:close()
      return complete
    end

    local STALLS = { ["GET /stall"] = { { fault = "stall" }, { fault = "stall" } } }

    it_with_http2("that is given up under one exchange has none fail that begins right then", function()
      local scene = server:scenario { routes = STALLS, replies = { { body = "one" }, { body = "two" } } }
      local url = scene:base_url_on "https" .. "/x"
      assert.equal("one", get(scene, { url = url }))
      local last = drive.exchange(scene, { url = url, method = "POST", body = "b" })
      assert.is_true(give_up(scene, last))
      assert.equal("two", last:read())
      assert.equal(4, scene:journal().requests_total)
    end)

    it_with_http2("that is given up has nothing sent again over another one", function()
      local scene = server:scenario { routes = STALLS, replies = { { body = "one" }, { fault = "reset" },
        { body = "three" } } }
      assert.equal("one", get(scene))
      assert.is_false(give_up(scene, drive.exchange(scene, { method = "POST", body = "b" })))
      assert.equal(4, scene:journal().requests_total)
    end)

    it_with_http2("goes on when another exchange on it was answered of late", function()
      local event = { data = "x" }
      local scene = server:scenario { replies = {
        { sse = { event, event, event, event, event, event, event, event }, chunk_delay = 0.1 }, { fault = "stall" } } }
      local url = scene:base_url_on "https" .. "/x"
      local lively, mute = drive.exchange(scene, { url = url, sink = "stream" }), drive.exchange(scene, { url = url })
      engine:start(lively)
      drive.wait(engine, function()
        return lively:status() ~= nil
      end)
      engine:start(mute)
      pass(0.3)
      mute:expire()
      mute:close()
      assert.is_true(drive.finish(engine, lively))
      assert.equal(1, scene:journal().connections_total)
    end)
  end)
end
