-- One call over a wire: what is sent, when it is tried again, how long it may
-- take, what its reply is, and who ends it, with real libcurl against the local
-- API server.

local answer = require "spec.support.answer"
local cjson = require "cjson"
local connect = require "spec.support.connect"
local core = require "oai.core"
local oai = require "oai"
local replies = require "spec.support.replies"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"
local tasks = require "spec.support.tasks"
local timing = require "spec.support.timing"
local told_client = require "spec.support.told_client"

local LIST, failing = replies.LIST, replies.failing

local OK = { json = { ok = true } }

local function retry_counts(scene)
  local counts = {}
  for i, request in ipairs(scene:requests()) do
    counts[i] = request.header["x-stainless-retry-count"] or "none"
  end
  return table.concat(counts, " ")
end

describe("send: retries", function()
  for _, status in ipairs { 408, 409, 429, 500, 502, 503, 599 } do
    it("tries again after " .. status, function()
      local scene = server:scenario { replies = { failing(status), LIST } }
      local client = connect.to(scene)
      local list, facts = client.models:list()
      assert.is_table(list)
      assert.equal(2, facts.attempts)
      assert.equal("0 1", retry_counts(scene))
    end)
  end

  for _, status in ipairs { 400, 401, 403, 404, 413, 418, 422, 304 } do
    it("does not after " .. status, function()
      local scene = server:scenario { replies = { failing(status), LIST } }
      local list, err = connect.to(scene).models:list()
      assert.is_nil(list)
      assert.equal(status, err.status)
      assert.equal(1, err.attempts)
      assert.equal("0", retry_counts(scene))
    end)
  end

  it("gives up after max_retries and returns the last error with its facts", function()
    local scene = server:scenario { replies = { failing(500), failing(502), failing(503), LIST } }
    local list, err = connect.to(scene).models:list()
    assert.is_nil(list)
    assert.equal(503, err.status)
    assert.equal("server", err.kind)
    assert.equal(3, err.attempts)
    assert.equal("models.list", err.operation)
    assert.equal("req_3", err.request_id)
    assert.is_true(err.elapsed >= 0)
    assert.equal("0 1 2", retry_counts(scene))
  end)

  for _, case in ipairs {
    { retries = 0, attempts = "0" },
    { retries = 1, attempts = "0 1" },
    { retries = 4, attempts = "0 1 2 3 4" },
  } do
    it("takes max_retries = " .. case.retries, function()
      local scene = server:scenario { replies = { failing(500) }, repeat_last = true }
      connect.to(scene).models:list(nil, { max_retries = case.retries })
      assert.equal(case.attempts, retry_counts(scene))
    end)
  end

  for _, case in ipairs {
    { value = "42", sent = "42 42", as = "replaced" },
    { value = false, sent = "none none", as = "removed by false" },
    { value = oai.null, sent = "none none", as = "removed by null" },
  } do
    it("lets the retry count be " .. case.as, function()
      local scene = server:scenario { replies = { failing(500), LIST } }
      assert(connect.to(scene).models:list(nil, { headers = { ["x-stainless-retry-count"] = case.value } }))
      assert.equal(case.sent, retry_counts(scene))
    end)
  end

  for _, case in ipairs {
    { status = 500, said = "false", attempts = 1 },
    { status = 429, said = "false", attempts = 1 },
    { status = 400, said = "true", attempts = 2 },
    { status = 404, said = "true", attempts = 2 },
    { status = 500, said = "maybe", attempts = 2 },
  } do
    it(("obeys x-should-retry: %s after %d"):format(case.said, case.status), function()
      local scene = server:scenario { replies = { failing(case.status, { ["x-should-retry"] = case.said }), LIST } }
      connect.to(scene).models:list()
      assert.equal(case.attempts, #scene:requests())
    end)
  end

  it("does not try again without quota", function()
    local quota = { message = "no money", type = "insufficient_quota", code = "insufficient_quota" }
    local scene = server:scenario { replies = { failing(429, nil, quota), LIST } }
    local _, err = connect.to(scene).models:list()
    assert.equal("quota", err.kind)
    assert.equal("insufficient_quota", err.code)
    assert.equal(1, #scene:requests())
  end)

  for _, case in ipairs {
    { headers = { ["retry-after-ms"] = "150" }, at_least = 0.15 },
    { headers = { ["retry-after-ms"] = cjson.null, ["retry-after"] = "0.2" }, at_least = 0.2 },
    { headers = { ["retry-after-ms"] = "150", ["retry-after"] = "30" }, at_least = 0.15 },
  } do
    it("waits as long as the server asks: " .. cjson.encode(case.headers), function()
      local scene = server:scenario { replies = { failing(429, case.headers), LIST } }
      assert(connect.to(scene).models:list())
      local requests = scene:requests()
      local waited = requests[2].received_at - requests[1].received_at
      assert.is_true(waited >= case.at_least - 0.01, "waited " .. waited)
      assert.is_true(waited < 10, "waited " .. waited)
    end)
  end

  it("waits about half a second when the server asks nothing", function()
    local scene = server:scenario { replies = { { status = 500 }, LIST } }
    assert(connect.to(scene).models:list())
    local requests = scene:requests()
    local waited = requests[2].received_at - requests[1].received_at
    assert.is_true(waited >= 0.36 and waited < 5, "waited " .. waited)
  end)

  it("ends the call when the server asks for more than max_retry_delay", function()
    local too_long = { ["retry-after-ms"] = cjson.null, ["retry-after"] = "61" }
    local scene = server:scenario { replies = { failing(429, too_long) } }
    local _, err = connect.to(scene).models:list()
    assert.equal(1, #scene:requests())
    assert.equal("rate_limit", err.kind)
    assert.equal(61, err.retry_after)
    scene = server:scenario { replies = { failing(503, { ["retry-after-ms"] = "300" }) } }
    connect.to(scene).models:list(nil, { max_retry_delay = 0.25 })
    assert.equal(1, #scene:requests())
  end)

  it("asks a key function once for each attempt", function()
    local scene = server:scenario { replies = { failing(500), LIST, LIST } }
    local asked = 0
    local client = connect.to(scene, {
      api_key = function()
        asked = asked + 1
        return "sk-number-" .. asked
      end,
    })
    assert(client.models:list())
    assert.equal(2, asked)
    assert(client.models:list())
    local sent = {}
    for i, request in ipairs(scene:requests()) do
      sent[i] = request.header.authorization
    end
    assert.same({ "Bearer sk-number-1", "Bearer sk-number-2", "Bearer sk-number-3" }, sent)
  end)

  it("sends the same body each time", function()
    local scene = server:scenario { replies = { failing(500), failing(409), { json = { id = "x" } } } }
    assert(connect.to(scene).moderations:create { input = "hello" })
    for _, request in ipairs(scene:requests()) do
      assert.equal('{"input":"hello"}', request.body)
    end
  end)
end)

describe("send: time limits", function()
  local function steadily(times)
    return { content_length = times + 2, steps = {
      { write = "{" }, { ["repeat"] = times, write = " ", every = 0.1 }, { write = "}" } } }
  end

  for _, loop in ipairs { "blocking", "frame" } do
    local function call(client, options)
      return connect.run(client, function()
        return client:request("GET", "/models", nil, options)
      end)
    end

    it("let what moves go on, on the loop " .. loop, function()
      local scene = server:scenario { replies = { steadily(11) } }
      assert(call(connect.to(scene, { loop = loop, max_retries = 0, timeout = 0.8 })))
    end)

    it("end an attempt after attempt_timeout, on the loop " .. loop, function()
      local scene = server:scenario { replies = { steadily(30) } }
      local _, err = call(connect.to(scene, { loop = loop, max_retries = 0 }), { attempt_timeout = 0.5 })
      assert.equal("timeout", err.kind)
      assert.truthy(err.message:find("attempt_timeout", 1, true))
    end)

    it("have the next attempt, and what follows, go elsewhere, on the loop " .. loop, function()
      local scene = server:scenario { replies = { LIST, { fault = "stall" }, LIST, LIST } }
      local client = connect.to(scene, { loop = loop, timeout = 1 }, "https")
      assert(call(client))
      local _, facts = call(client)
      assert.equal(2, facts.attempts)
      assert(call(client))
      local journal = scene:journal()
      assert.equal(2, journal.connections_total)
      assert.equal(4, #journal.requests)
    end)
  end

  it("end an attempt after timeout, and try again", function()
    local scene = server:scenario { replies = { { fault = "stall" }, LIST } }
    local list, facts = connect.to(scene).models:list(nil, { timeout = 1 })
    assert.is_table(list)
    assert.equal(2, facts.attempts)
    scene:wait(function(journal)
      return journal.requests[1].outcome == "aborted"
    end)
  end)

  for _, case in ipairs {
    { name = "no header", reply = { fault = "stall" }, says = "no reply within 0.2 s" },
    { name = "half a body", reply = { content_length = 100, steps = { { write = "{" }, { stall = true } } },
      says = "nothing has moved for 0.2 s" },
  } do
    it("are errors of kind timeout, and end the exchange #timed: " .. case.name, function()
      local scene = server:scenario { replies = { case.reply } }
      local client = connect.to(scene, { max_retries = 0 })
      local started = core.clock()
      local list, err = client.models:list(nil, { timeout = 0.2 })
      local took = core.clock() - started
      assert.is_nil(list)
      assert.equal("timeout", err.kind)
      assert.is_nil(err.status)
      assert.equal(case.says, err.message)
      assert.is_true(took >= 0.19 and took < 5, "took " .. took)
      scene:wait_idle()
    end)
  end

  it("of a whole call cover retries #timed", function()
    local scene = server:scenario { replies = { failing(500, { ["retry-after-ms"] = "600" }) }, repeat_last = true }
    local started = core.clock()
    local _, err = connect.to(scene).models:list(nil, { total_timeout = 1, max_retries = 100 })
    local took = core.clock() - started
    assert.equal(500, err.status)
    assert.is_true(err.attempts > 1)
    assert.is_true(timing.within(took, 1), "took " .. took)
  end)

  it("of a whole call end an attempt, which is not tried again", function()
    local scene = server:scenario { replies = { { fault = "stall" }, LIST } }
    local started = core.clock()
    local _, err = connect.to(scene).models:list(nil, { total_timeout = 0.2 })
    assert.equal("timeout", err.kind)
    assert.equal("the total timeout of 0.2 s has passed", err.message)
    assert.equal(1, err.attempts)
    assert.is_true(core.clock() - started < 5)
    assert.equal(1, #scene:requests())
  end)

  it("of a whole call forbid a wait that would pass it", function()
    local scene = server:scenario { replies = { failing(429, { ["retry-after-ms"] = "20000" }) } }
    local started = core.clock()
    local _, err = connect.to(scene).models:list(nil, { total_timeout = 10 })
    assert.equal("rate_limit", err.kind)
    assert.is_true(core.clock() - started < 5)
  end)

  it("of connecting are errors of kind timeout", function()
    -- A full backlog answers no further connection.
    local listener = assert(socket.tcp())
    listener:bind("127.0.0.1", 0)
    listener:listen(0)
    local _, port = listener:getsockname()
    local waiting = {}
    for i = 1, 4 do
      waiting[i] = socket.tcp()
      waiting[i]:settimeout(0)
      waiting[i]:connect("127.0.0.1", port)
    end
    local client = oai.client { api_key = connect.key, max_retries = 0,
      connect_timeout = 0.2, base_url = ("http://127.0.0.1:%s/v1"):format(port) }
    local started = core.clock()
    local _, err = client.models:list()
    for _, one in ipairs(waiting) do
      one:close()
    end
    listener:close()
    assert.equal("timeout", err.kind)
    assert.is_true(core.clock() - started < 5)
  end)

  it("may be infinite", function()
    local scene = server:scenario { replies = { LIST } }
    local limits = { timeout = math.huge, connect_timeout = math.huge, total_timeout = math.huge }
    assert.is_table((connect.to(scene, { max_retries = 0 }).models:list(nil, limits)))
  end)
end)

describe("send: what is sent", function()
  --- Parameters and options, whose tables `change` fills with something else.
  local function given()
    local params, nested, list = { model = "m" }, { b = 1 }, { "1" }
    params.nested, params.list = nested, list
    local options = { headers = { ["X-A"] = "1", ["X-L"] = { "1" } }, query = { q = { "1" } }, body = { c = { 1 } } }
    local function change()
      params.model, params.more, nested.b, list[1], list[2] = "n", true, 2, "2", "3"
      options.headers["X-A"], options.headers["X-L"][1], options.headers["X-M"] = "2", "2", "2"
      options.query.q[1], options.body.c[1], options.body.d = "2", 2, 2
    end
    return params, options, change
  end

  for _, loop in ipairs { "blocking", "frame" } do
    for before = 1, 3 do
      it(("is the call's, though its tables are changed before attempt %d: %s"):format(before, loop), function()
        local scene = server:scenario { replies = { failing(503), failing(503), OK } }
        local params, options, change = given()
        local attempts = 0
        local client = connect.to(scene, { loop = loop, api_key = function()
          attempts = attempts + 1
          if attempts == before then
            change()
          end
          return connect.key
        end })
        options.wait = false
        local task = client:request("POST", "/x", params, options)
        while not task.done do
          client:update()
          socket.sleep(0.001)
        end
        client:close()
        assert.is_true(task.value.ok)
        local requests = scene:requests()
        assert.equal(3, #requests)
        for _, request in ipairs(requests) do
          assert.same({ model = "m", nested = { b = 1 }, list = { "1" }, c = { 1 } }, cjson.decode(request.body))
          assert.equal("q%5B%5D=1", request.query)
          assert.same({ "1", "1" }, { request.header["x-a"], request.header["x-l"] })
          assert.is_nil(request.header["x-m"])
        end
      end)
    end
  end
end)

describe("send: replies", function()
  it("are decompressed", function()
    local scene = server:scenario { replies = { { gzip = true, json = { object = "list", data = { { id = "m" } } } } } }
    local list, facts = connect.to(scene).models:list()
    assert.equal("m", list.data[1].id)
    assert.equal("gzip", facts.headers["content-encoding"])
    assert.truthy(scene:requests()[1].header["accept-encoding"]:find("gzip", 1, true))
  end)

  it("that claim a compression they lack are errors of kind decode", function()
    local scene = server:scenario { replies = { { headers = { ["content-encoding"] = "gzip" }, body = "no gzip" } },
      repeat_last = true }
    local _, err = connect.to(scene).models:list()
    assert.equal("decode", err.kind)
    assert.equal(1, #scene:requests())
  end)

  it("are such with any status from 200 to 299", function()
    local EMPTY = { data = {} }
    local scene = server:scenario { replies = { { status = 201, json = EMPTY }, { status = 299, json = EMPTY },
      { status = 300, json = EMPTY } } }
    local models = connect.to(scene, { max_retries = 0 }).models
    for _, status in ipairs { 201, 299 } do
      assert.equal(status, select(2, assert(models:list())).status)
    end
    local list, err = models:list()
    assert.same({ nil, 300 }, { list, err.status })
  end)

  it("may be preceded by interim ones", function()
    local scene = server:scenario { replies = { {
      raw = "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 20\r\n"
        .. "x-request-id: req_final\r\n\r\n{\"data\":[],\"a\":1234}",
    } } }
    local list, facts = connect.to(scene, { max_retries = 0 }).models:list()
    assert.equal(1234, list.a)
    assert.equal("req_final", facts.request_id)
    assert.is_nil(facts.headers.link)
  end)

  it("of any size are whole", function()
    local scene = server:scenario { replies = { { steps = { { write = '"' }, { fill = 5000000 }, { write = '"' } } } } }
    local text = assert(connect.to(scene):request("GET", "/big"))
    assert.equal(5000000, #text)
    assert.equal(("0123456789abcdef"):rep(16), text:sub(-256))
  end)

  it("tell their facts", function()
    local scene = server:scenario { replies = { { json = { data = {} }, headers = {
      ["X-RateLimit-Limit-Requests"] = "60", ["X-RateLimit-Remaining-Requests"] = "59",
      ["x-request-id"] = "req_abc", ["x-twice"] = "1",
    } } } }
    local _, facts = connect.to(scene).models:list()
    assert.equal(200, facts.status)
    assert.equal("req_abc", facts.request_id)
    assert.equal("1", facts.headers["X-Twice"])
    assert.is_table(facts.rate_limit)
    assert.equal(1, facts.attempts)
  end)

  it("tell how long they took, whatever they are", function()
    local client = connect.to(server:scenario { replies = { LIST, LIST, told_client.STREAM } })
    local began = core.clock()
    local _, whole = assert(client.models:list())
    local _, watched = assert(client.models:list(nil, { on_progress = function() end }))
    local stream = assert(client.chat.completions:stream(told_client.ASKED))
    for _, facts in ipairs { whole, watched, stream.response } do
      assert.is_true(facts.elapsed > 0 and facts.elapsed < core.clock() - began)
    end
  end)
end)

describe("send: a stream that breaks between two looks at it", function()
  -- Has `status` of an exchange look before the header has come, and return
  -- when the exchange has ended: the worse of a worker's moments.
  local function with_late_status(fn)
    local methods = debug.getmetatable(core.exchange(core.plan { method = "GET" }, "http://127.0.0.1:1/")).__index
    local status = methods.status
    methods.status = function(exchange)
      local seen = status(exchange)
      while not seen and exchange:outcome() == nil do
        socket.sleep(0.001)
      end
      return seen
    end
    local done, err = pcall(fn)
    methods.status = status
    assert(done, err)
  end

  it("gives what came before, and is not asked for again", function()
    local scene = server:scenario { replies = { { headers = { ["content-length"] = "9000" },
      sse = { { data = { choices = { { index = 0, delta = { content = "hi" }, finish_reason = "stop" } } } },
        "data: [DONE]\n\n" }, after_reply = "close" }, answer.stream { "hi" } } }
    local client = connect.to(scene, { loop = "frame" })
    with_late_status(function()
      local task = client:spawn(function()
        local stream = assert(client.chat.completions:create { model = "m", messages = {}, stream = true })
        return stream:final(), stream.response.attempts
      end)
      while not task.done do
        client:update()
        socket.sleep(0.001)
      end
      assert.is_nil(task.err)
      assert.equal("hi", task.value.choices[1].message.content)
      assert.equal(1, #scene:requests())
    end)
    client:close()
  end)
end)

describe("send: a closed client", function()
  it("raises at the caller's line", function()
    local scene = server:scenario { replies = { LIST } }
    local client = connect.to(scene)
    client:close()
    client:close()
    local done, message = pcall(client.models.list, client.models)
    assert.is_false(done)
    assert.truthy(tostring(message):find("the client is closed", 1, true))
    assert.equal(0, scene:journal().requests_total)
  end)
end)

describe("send: a client that a function of the program's closes in the middle of a call", function()
  local close

  local function closing(value)
    return function()
      close()
      return value
    end
  end

  local function hooked(event)
    return function(client)
      client:on(event, closing())
    end
  end

  -- by who closes it: what the client is made with, and what is done with it
  local cases = {
    ["the function that gives the key"] = { { api_key = closing "k" } },
    ["a provider, for its credential"] = { { credential = closing "k" } },
    ["a provider, for its signature"] = { { sign = closing {} } },
    ["a provider, after a 401"] = { { credential = "k", unauthorized = closing(true) }, nil, { failing(401) } },
    ["a hook on requests"] = { {}, hooked "request" },
    ["a hook on replies"] = { {}, hooked "response" },
    ["a hook on retries"] = { {}, hooked "retry" },
    ["on_progress"] = { {}, nil, { { steps = { { split = ("x"):rep(400), size = 40, every = 0.03 } } } } },
  }

  local function client_at(scene, given, loop)
    local all = { base_url = scene.base_url, loop = loop }
    all.api_key = given.api_key or not (given.credential or given.sign) and "k" or nil
    if not all.api_key then
      given.name, given.base_url, all.base_url = "p", all.base_url, nil
      all.provider = given
    end
    return oai.client(all)
  end

  for who, case in pairs(cases) do
    for _, loop in ipairs { "script", "blocking", "frame" } do
      it(("ends it as cancelled: %s, on the loop %s"):format(who, loop), function()
        local scene = server:scenario { replies = case[3] or { failing(500), LIST } }
        local client = client_at(scene, case[1], loop == "frame" and loop or nil)
        close = function()
          client:close()
        end;
        (case[2] or closing)(client)
        local function call()
          return select(2, client.files:content("f", nil, { on_progress = case[3] and close or nil }))
        end
        local err = loop == "script" and call() or loop ~= "script" and tasks.run(client, loop, call)
        assert.same({ "cancelled", false }, { err.kind, err.retryable }, tostring(err))
        assert.is_true(#scene:requests() <= 1)
      end)
    end
  end
end)
