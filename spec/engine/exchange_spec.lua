-- One exchange of the core: what is sent, what can be read, how it ended.

local core = require "oai.core"
local drive = require "spec.support.drive"
local folder = require "spec.support.folder"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }

local SECRET = "sk-secret-0123456789"

for _, kind in ipairs(drive.kinds) do
  describe("an exchange, " .. kind.name, function()
    local engine

    before_each(function()
      engine = drive.engine(kind)
    end)

    after_each(function()
      engine:close()
    end)

    local function run(reply, fields)
      local scene = server:scenario { replies = { reply } }
      local exchange = drive.exchange(scene, fields)
      engine:start(exchange)
      drive.finish(engine, exchange)
      return exchange, scene
    end

    for _, case in ipairs {
      { method = "GET" }, { method = "DELETE" }, { method = "HEAD" },
      { method = "POST", body = "bytes\0\255" }, { method = "POST", body = "" },
      { method = "PUT", body = "x" }, { method = "PATCH", body = "x" },
    } do
      it(("sends %s with %s"):format(case.method, case.body and #case.body .. " bytes" or "no body"), function()
        local exchange, scene = run({ status = 200, headers = { ["x-a"] = "b" } },
          { method = case.method, body = case.body })
        assert.is_true((exchange:outcome()))
        local request = scene:requests()[1]
        assert.equal(case.method, request.method)
        assert.equal(case.body or "", request.body)
        assert.truthy(exchange:headers():find("x-a: b", 1, true))
        assert.truthy(exchange:headers():find("^HTTP/1.1 200"))
      end)
    end

    it("gives all that has arrived, also what came after a look at its beginning", function()
      local scene = server:scenario { replies = { { steps = {
        { write = "one" }, { wait = 0.1 }, { write = "two" }, { wait = 0.1 }, { write = "three" } } } } }
      local exchange = drive.exchange(scene, { sink = "stream" })
      engine:start(exchange)
      drive.wait(engine, function()
        return exchange:peek() ~= nil
      end)
      assert.equal("one", exchange:peek())
      drive.finish(engine, exchange)
      assert.equal("onetwothree", exchange:read())
      assert.is_nil((exchange:read()))
    end)

    it("after another method is unchanged by it", function()
      local scene = server:scenario { replies = { { body = "x" } }, repeat_last = true }
      local methods = { "POST", "HEAD", "GET", "PATCH", "DELETE", "GET", "PUT", "POST" }
      for _, method in ipairs(methods) do
        local exchange = drive.exchange(scene, { method = method, body = method:find "^P" and "body" or nil })
        engine:start(exchange)
        assert.is_true(drive.finish(engine, exchange))
        exchange:close()
      end
      for i, request in ipairs(scene:requests()) do
        assert.equal(methods[i], request.method)
        assert.equal(methods[i]:find "^P" and "body" or "", request.body)
      end
    end)

    it("sends header lines and a credential of its own", function()
      local exchange, scene = run({ body = "x" }, { lines = { "X-A: 1", "X-Empty;", "Accept:" },
        credential = core.credential(SECRET) })
      assert.is_true((exchange:outcome()))
      local header = scene:requests()[1].header
      assert.equal("1", header["x-a"])
      assert.equal("", header["x-empty"])
      assert.is_nil(header.accept)
      assert.equal("Bearer " .. SECRET, header.authorization)
      assert.is_nil(tostring(exchange):find(SECRET, 1, true))
    end)

    it("sends another prefix of a credential", function()
      local _, scene = run({ body = "x" }, { credential = core.credential(SECRET, "X-Key: ") })
      assert.equal(SECRET, scene:requests()[1].header["x-key"])
      assert.is_nil(scene:requests()[1].header.authorization)
    end)

    it("shares its plan with others", function()
      local plan = core.plan { method = "GET", lines = { "X-A: 1", "X-B: 2" } }
      for i = 1, 3 do
        local credential = i == 2 and core.credential(SECRET) or nil
        local scene = server:scenario { replies = { { body = "x" } } }
        local exchange = core.exchange(plan, scene.base_url .. "/x", nil, nil, credential)
        engine:start(exchange)
        assert.is_true(drive.finish(engine, exchange))
        local header = scene:requests()[1].header
        assert.same({ "1", "2" }, { header["x-a"], header["x-b"] })
        assert.equal(i == 2 and "Bearer " .. SECRET or nil, header.authorization)
      end
    end)

    for count, order in pairs {
      [0] = "X-Client-Request-Id Authorization", [1] = "A1 X-Client-Request-Id Authorization",
      [4] = "A1 A2 A3 A4 X-Client-Request-Id Authorization",
      [6] = "A1 A2 A3 A4 X-Client-Request-Id Authorization A5 A6",
    } do
      it(("sends its own lines behind four of its plan, for which libcurl looks, of %d"):format(count), function()
        local lines, names = {}, {}
        for i = 1, count do
          lines[i] = ("A%d: x"):format(i)
        end
        local scene = server:scenario { replies = { { body = "x" } } }
        local exchange = core.exchange(core.plan { method = "GET", lines = lines }, scene.base_url .. "/x", nil, nil,
          core.credential(SECRET))
        engine:start(exchange)
        assert.is_true(drive.finish(engine, exchange))
        for _, field in ipairs(scene:requests()[1].headers) do
          names[#names + 1] = order:find(field[1], 1, true) and field[1]
        end
        assert.equal(order, table.concat(names, " "))
      end)
    end

    it("goes where its own URL says, whatever the ones before it said", function()
      local scene = server:scenario { replies = { { body = "x" } }, repeat_last = true }
      local urls = { "/a", "/a", "/b/../c?d=%20e", "/a", "/a" }
      for i, url in ipairs(urls) do
        local exchange = drive.exchange(scene, { url = scene.base_url .. url })
        engine:start(exchange)
        assert.is_true(drive.finish(engine, exchange), i)
        local bad = drive.exchange(scene, { url = "http://[" })
        engine:start(bad)
        assert.equal("bad_request", (select(2, drive.finish(engine, bad))), i)
      end
      local seen = {}
      for i, request in ipairs(scene:requests()) do
        seen[i] = request.url:match "/v1(.*)" or request.url
      end
      assert.same({ "/a", "/a", "/c?d=%20e", "/a", "/a" }, seen)
    end)

    it("is read piece by piece", function()
      local scene = server:scenario { replies = { { steps = { { write = "a" }, { wait = 0.1 }, { write = "b" } } } } }
      local exchange = drive.exchange(scene)
      engine:start(exchange)
      local pieces = {}
      drive.wait(engine, function()
        pieces[#pieces + 1] = exchange:read()
        return exchange:outcome() ~= nil
      end)
      pieces[#pieces + 1] = exchange:read()
      assert.same({ "a", "b" }, pieces)
    end)

    it("gives events", function()
      local exchange = run({ sse = { { event = "one", id = "7", data = "x" }, "data: a\ndata: b\n\n" } },
        { sink = "stream" })
      local data, name, id = exchange:event()
      assert.same({ "x", "one", "7" }, { data, name, id })
      data, name, id = exchange:event()
      assert.equal("a\nb", data)
      assert.is_nil(name)
      assert.equal("7", id)
      assert.is_false((exchange:event())) -- no more will come
    end)

    it("gives an event whose end arrived after its beginning was taken", function()
      local scene = server:scenario { replies = { { headers = { ["content-type"] = "text/event-stream" }, steps = {
        { write = "data: a\n\ndata: b" }, { wait = 0.2 }, { write = "\n\n" }, { stall = true } } } } }
      local exchange = drive.exchange(scene, { sink = "stream" })
      engine:start(exchange)
      drive.wait(engine, function()
        return select(3, exchange:progress()) == 16
      end)
      assert.equal("a", (exchange:event()))
      drive.wait(engine, function()
        return select(3, exchange:progress()) == 18
      end)
      assert.equal("b", (exchange:event()))
      assert.same({ nil, exchange:id() }, { exchange:event() })
      exchange:close()
    end)

    it("tells events that are still to come from their end", function()
      local scene = server:scenario { replies = { { headers = { ["content-type"] = "text/event-stream" }, steps = {
        { write = "data: a\n\ndata: b" }, { wait = 0.2 }, { write = "\n\ndata: c\n\ndata: d" } } } } }
      local exchange = drive.exchange(scene, { sink = "stream" })
      engine:start(exchange)
      local seen, waited = {}, false
      repeat
        local data = exchange:event()
        if data then
          seen[#seen + 1] = data
        elseif data == nil then
          waited = waited or seen[1] == "a"
          engine:step(0.1)
        end
      until data == false
      assert.same({ "a", "b", "c" }, seen)
      assert.is_true(waited)
      assert.is_true(exchange:outcome())
      exchange:close()
    end)

    it("tells its progress", function()
      local exchange = run({ body = "hello" }, { method = "POST",
        form = core.form { { name = "a", data = ("x"):rep(1000) } } })
      local sent, to_send, received, to_receive = exchange:progress()
      assert.equal(to_send, sent)
      assert.is_true(sent >= 1000)
      assert.equal(5, received)
      assert.equal(5, to_receive)
      exchange = run({ steps = { { write = "hello" } } })
      sent, to_send, received, to_receive = exchange:progress()
      assert.equal(0, sent)
      assert.equal(0, to_send)
      assert.equal(5, received)
      assert.is_nil(to_receive)
    end)

    it("says where a reply points to, and goes nowhere", function()
      local exchange, scene = run { status = 302, headers = { location = "../other?x=1" } }
      assert.equal(302, exchange:status())
      assert.truthy(exchange:redirect():find("/other?x=1", 1, true))
      assert.equal(1, #scene:requests())
      exchange = run { body = "x" }
      assert.is_nil(exchange:redirect())
    end)

    for _, case in ipairs {
      { name = "a reset", reply = { fault = "reset" }, kind = "connection", retryable = true },
      { name = "a cut body", reply = { content_length = 9, steps = { { write = "x" }, { close = true } } },
        kind = "connection", retryable = true },
      { name = "garbage", reply = { raw = "garbage\r\n" }, kind = "connection", retryable = true },
      { name = "a header past its ceiling", kind = "too_large", retryable = false,
        reply = { headers = { ["x-long"] = ("x"):rep(90000), ["x-long-2"] = ("x"):rep(90000),
          ["x-long-3"] = ("x"):rep(90000) } } },
    } do
      it("fails after " .. case.name, function()
        local exchange = run(case.reply)
        local complete, kind_of_end, message, retryable = exchange:outcome()
        assert.is_false(complete)
        assert.equal(case.kind, kind_of_end)
        assert.is_true(#message > 0)
        assert.equal(case.retryable, retryable)
      end)
    end

    it("goes to a file, if it is a success", function()
      local here = folder.new()
      local exchange = run({ body = "hello" }, { sink = core.target(here:file "a") })
      assert.is_true((exchange:outcome()))
      assert.equal("hello", here:read "a")
      assert.is_nil(exchange:read())
      exchange = run({ status = 404, body = "no" }, { sink = core.target(here:file "b") })
      assert.equal("no", exchange:read())
      assert.equal("a", here:names())
      here:remove()
    end)

    it("that is stopped leaves no file", function()
      local here = folder.new()
      local scene = server:scenario { replies = { { steps = { { write = "part" }, { stall = true } } } } }
      local exchange = drive.exchange(scene, { sink = core.target(here:file "a") })
      engine:start(exchange)
      drive.wait(engine, function()
        local _, _, received = exchange:progress()
        return received > 0
      end)
      exchange:close()
      engine:close()
      assert.equal("", here:names())
      here:remove()
    end)

    it("keeps a whole reply, whatever becomes of the engine", function()
      local scene = server:scenario { replies = { { headers = { ["x-a"] = "b" }, body = "[1,2]" } } }
      local exchange = drive.exchange(scene, { method = "POST", body = "{}" })
      assert.is_nil(exchange:reply())
      local started = core.clock()
      engine:start(exchange)
      drive.finish(engine, exchange)
      for _ = 1, 2 do
        local status, at = exchange:reply()
        assert.equal(200, status)
        assert.is_true(at >= started and at <= core.clock())
      end
      local kept = setmetatable({ engine = engine }, { __mode = "v" })
      engine:close()
      engine = drive.engine(kind) -- for after_each
      assert.is_nil(process.settled(function()
        return kept.engine
      end, nil))
      assert.truthy(exchange:headers():find("x-a: b", 1, true))
      for _ = 1, 2 do
        assert.same({ true, { 1, 2 }, true }, { core.value_read(exchange) })
      end
      assert.equal("[1,2]", exchange:read())
      assert.is_nil(exchange:read())
      assert.is_false((core.value_read(exchange)))
      exchange:close()
    end)

    it("says why there is no whole reply", function()
      local exchange = run { fault = "reset" }
      local status, kind_of_end, message, retryable = exchange:reply()
      assert.same({ false, "connection", true }, { status, kind_of_end, retryable })
      assert.is_true(#message > 0)
    end)

    it("with a whole reply holds nothing of the request", function()
      if (os.getenv("LD_PRELOAD") or ""):find("libasan", 1, true) then
        return pending "the address sanitizer holds on to what was freed"
      end
      local size = 16 * 1024 * 1024
      local scene = server:scenario { replies = { { body = "x" } }, repeat_last = true, journal = false }
      local kept, before = {}, process.memory()
      for i = 1, 4 do
        kept[i] = drive.exchange(scene, { method = "POST", body = ("x"):rep(size) })
        engine:start(kept[i])
        drive.finish(engine, kept[i])
        assert.equal(200, (kept[i]:reply()))
        collectgarbage()
        collectgarbage()
      end
      assert.is_true(process.memory() - before < 2 * size)
    end)

    it("read through a closed handle raises", function()
      local exchange = run { body = "x" }
      exchange:close()
      exchange:close()
      assert.equal("oai.core.exchange (closed)", tostring(exchange))
      for _, method in ipairs { "status", "headers", "read", "event", "outcome", "redirect", "progress" } do
        local done, message = pcall(exchange[method], exchange)
        assert.is_false(done)
        assert.truthy(message:find("the exchange is closed", 1, true), message)
      end
    end)
  end)
end

describe("making an exchange", function()
  local URL = "http://127.0.0.1:1/"

  for name, fields in pairs {
    ["nothing"] = {},
    ["no URL"] = { method = "GET" },
    ["no method"] = { url = URL },
    ["a URL that is a table"] = { method = "GET", url = {} },
    ["CR in a header"] = { method = "GET", url = URL, lines = { "X: a\rY: b" } },
    ["LF in a header"] = { method = "GET", url = URL, lines = { "X: a\nY: b" } },
    ["a header's last line that ends"] = { method = "GET", url = URL, lines = { "X: a", "Y: b\r\n" } },
    ["NUL in a header"] = { method = "GET", url = URL, lines = { "X: a\0" } },
    ["a header that is a table"] = { method = "GET", url = URL, lines = { {} } },
    ["a body that is a table"] = { method = "POST", url = URL, body = {} },
    ["a credential that is a string"] = { method = "GET", url = URL, credential = "sk-1" },
    ["lines that are a string"] = { method = "GET", url = URL, lines = "A: b" },
    ["lines that are something else"] = { method = "GET", url = URL, lines = core.credential "sk-1" },
    ["a sink that is a number"] = { method = "GET", url = URL, sink = {} },
    ["a form that is a table"] = { method = "POST", url = URL, form = { { name = "x", data = "x" } } },
    ["NUL in a URL"] = { method = "GET", url = URL .. "a\0b" },
    ["a timeout that is a table"] = { method = "GET", url = URL, transfer = { connect_timeout = {} } },
  } do
    it("raises for " .. name, function()
      assert.is_false((pcall(drive.make, fields)))
      collectgarbage()
    end)
  end

  it("outlives the object of its plan", function()
    local exchange = drive.make { method = "GET", url = URL, lines = { "A: " .. ("x"):rep(1000) } }
    collectgarbage()
    collectgarbage()
    exchange:close()
    assert.is_false(pcall(core.plan))
    assert.is_false((pcall(core.plan, { method = "GET", lines = { "A: b\n" } })))
  end)

  it("without ever starting it leaves nothing", function()
    for _ = 1, 100 do
      drive.make { method = "POST", url = URL, body = ("x"):rep(1000), lines = { "A: b" },
        credential = core.credential(SECRET) }
    end
    collectgarbage()
    local exchange = drive.make { method = "GET", url = URL }
    assert.equal("oai.core.exchange (GET http://127.0.0.1:1/)", tostring(exchange))
    assert.is_nil(exchange:outcome())
    assert.is_nil(exchange:read())
    assert.is_nil(exchange:event())
    exchange:close()
  end)
end)
