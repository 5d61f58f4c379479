-- One call over a wire: retries, redirects, timeouts, connections, TLS and
-- proxies, with real libcurl against the local API server.

local child = require "spec.support.child"
local core = require "oai.core"
local connect = require "spec.support.connect"
local cjson = require "cjson"
local libcurl = require "spec.support.libcurl"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"
local tasks = require "spec.support.tasks"
local timing = require "spec.support.timing"

local LIST = { json = { object = "list", data = {} } }
local OK = { json = { ok = true } }
local HI = { sse = {
  { data = { choices = { { index = 0, delta = { content = "hi" }, finish_reason = "stop" } } } },
  "data: [DONE]\n\n",
} }

local function failing(status, headers, body)
  local all = { ["retry-after-ms"] = "1" }
  for name, value in pairs(headers or {}) do
    all[name] = value
  end
  return { status = status, headers = all, json = { error = body or { message = "no " .. status } } }
end

local function retry_counts(scene)
  local counts = {}
  for i, request in ipairs(scene:requests()) do
    counts[i] = request.header["x-stainless-retry-count"] or "none"
  end
  return table.concat(counts, " ")
end

local function is_idle(journal)
  return journal.connections_open == 0
end

local function all_closed(journal)
  for _, request in ipairs(journal.requests) do
    if request.outcome == "open" then
      return false
    end
  end
  return true
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
    { value = require("oai").null, sent = "none none", as = "removed by null" },
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
      local waited = requests[2].received_at - requests[1].closed_at
      assert.is_true(waited >= case.at_least - 0.01, "waited " .. waited)
      assert.is_true(waited < 10, "waited " .. waited)
    end)
  end

  it("waits about half a second when the server asks nothing", function()
    local scene = server:scenario { replies = { { status = 500 }, LIST } }
    assert(connect.to(scene).models:list())
    local requests = scene:requests()
    local waited = requests[2].received_at - requests[1].closed_at
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

describe("send: broken connections", function()
  local WHOLE = { write = '{"data":[]}' }
  local FAULTS = {
    { name = "reset before the reply", reply = { fault = "reset" } },
    { name = "closed before the reply", reply = { fault = "close" } },
    { name = "reset in the body", reply = { content_length = 100, steps = { { write = "{" }, { reset = true } } } },
    { name = "truncated body", reply = { content_length = 100, steps = { WHOLE, { close = true } } } },
    { name = "truncated chunked body", reply = { steps = { WHOLE, { close = true } } } },
    { name = "garbage instead of HTTP", reply = { raw = "garbage\r\n\r\ngarbage" } },
  }
  for _, fault in ipairs(FAULTS) do
    it("are tried again: " .. fault.name, function()
      local scene = server:scenario { replies = { fault.reply, LIST } }
      local list, facts = connect.to(scene).models:list()
      assert.is_table(list)
      assert.equal(2, facts.attempts)
    end)

    it("are errors of kind connection: " .. fault.name, function()
      local scene = server:scenario { replies = { fault.reply } }
      local list, err = connect.to(scene, { max_retries = 0 }).models:list()
      assert.is_nil(list)
      assert.equal("connection", err.kind)
      assert.is_nil(err.status)
      assert.equal(1, err.attempts)
      assert.truthy(tostring(err):find("models.list", 1, true))
      scene:wait(all_closed)
    end)
  end

  it("are tried again when refused", function()
    local listener = socket.bind("127.0.0.1", 0)
    local _, port = listener:getsockname()
    listener:close()
    local client = require("oai").client { api_key = connect.key, max_retries = 1,
      base_url = ("http://127.0.0.1:%s/v1"):format(port) }
    local list, err = client.models:list()
    assert.is_nil(list)
    assert.equal("connection", err.kind)
    assert.equal(2, err.attempts)
    assert.is_nil(err.status)
  end)

  it("tells a host that does not exist", function()
    local client = require("oai").client { api_key = connect.key, max_retries = 0,
      base_url = "http://nowhere.invalid/v1" }
    local list, err = client.models:list()
    assert.is_nil(list)
    assert.equal("connection", err.kind)
    assert.truthy(err.message:find("nowhere.invalid", 1, true))
  end)

  it("leave no connection open", function()
    for _, reply in ipairs { { fault = "reset" }, { content_length = 99, steps = { WHOLE, { close = true } } } } do
      local scene = server:scenario { replies = { reply } }
      local client = connect.to(scene, { max_retries = 0 })
      client.models:list()
      scene:wait(is_idle)
    end
  end)

  it("answer a reply that comes before the body was taken", function()
    local scene = server:scenario { replies = { { fault = "refuse_body", status = 413,
      json = { error = { message = "too large" } } } } }
    local value, err = connect.to(scene, { max_retries = 0 }).moderations:create { input = ("x"):rep(3e5) }
    assert.is_nil(value)
    assert.equal(413, err.status)
    assert.equal("too large", err.message)
  end)
end)

describe("send: errors whose body does not end well", function()
  for _, loop in ipairs { "blocking", "frame" } do
    for name, reply in pairs {
      ["is cut"] = { status = 418, content_length = 100, steps = { { write = "tea" }, { close = true } } },
      ["is reset"] = { status = 418, content_length = 100,
        steps = { { write = "tea" }, { wait = 0.1 }, { reset = true } } },
      ["stalls"] = { status = 418, content_length = 100, steps = { { write = "tea" }, { stall = true } } },
      ["has no end"] = { status = 418, steps = { { write = "tea" }, { fill = 64 * 1024 * 1024 } } },
    } do
      for _, kind in ipairs { "call", "stream" } do
        it(("are errors of their status: %s, %s, on the loop %s"):format(name, kind, loop), function()
          local scene = server:scenario { replies = { reply } }
          local client = connect.to(scene, { loop = loop, timeout = 0.4, first_event_timeout = 0.4 })
          local value, err = connect.run(client, function()
            return client.chat.completions:create { model = "m", stream = kind == "stream" or nil }
          end)
          assert.is_nil(value)
          assert.same({ 418, "bad_request", 1 }, { err.status, err.kind, err.attempts })
          assert.equal("tea", err.body:sub(1, 3))
          assert.is_true(#err.body <= 1024 * 1024)
          client:close()
        end)
      end
    end
  end
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
      local scene = server:scenario { replies = { steadily(8) } }
      assert(call(connect.to(scene, { loop = loop, max_retries = 0, timeout = 0.4 })))
    end)

    it("end an attempt after attempt_timeout, on the loop " .. loop, function()
      local scene = server:scenario { replies = { steadily(30) } }
      local _, err = call(connect.to(scene, { loop = loop, max_retries = 0 }), { attempt_timeout = 0.5 })
      assert.equal("timeout", err.kind)
      assert.truthy(err.message:find("attempt_timeout", 1, true))
    end)

    it("have the next attempt, and what follows, go elsewhere, on the loop " .. loop, function()
      local scene = server:scenario { replies = { LIST, { fault = "stall" }, LIST, LIST } }
      local client = connect.to(scene, { loop = loop, timeout = 0.4 }, "https")
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
    local list, facts = connect.to(scene).models:list(nil, { timeout = 0.3 })
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
      scene:wait(is_idle)
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
    local client = require("oai").client { api_key = connect.key, max_retries = 0,
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

describe("send: redirects", function()
  local SECRETS = { "authorization", "openai-organization", "openai-project", "x-team", "cookie" }
  local OPTIONS = { organization = "org_1", project = "proj_1", headers = { ["X-Team"] = "blue", Cookie = "a=b" } }

  local function redirect(status, target)
    return { status = status, headers = { location = target } }
  end

  for _, case in ipairs {
    { status = 301, method = "POST", to = "GET" },
    { status = 302, method = "POST", to = "GET" },
    { status = 303, method = "POST", to = "GET" },
    { status = 307, method = "POST", to = "POST" },
    { status = 308, method = "POST", to = "POST" },
    { status = 301, method = "GET", to = "GET" },
    { status = 302, method = "DELETE", to = "DELETE" },
    { status = 303, method = "DELETE", to = "GET" },
    { status = 307, method = "DELETE", to = "DELETE" },
    { status = 308, method = "PATCH", to = "PATCH" },
    { status = 301, method = "PATCH", to = "PATCH" },
    { status = 302, method = "HEAD", to = "HEAD" },
    { status = 303, method = "HEAD", to = "HEAD" },
  } do
    it(("of %d make a %s a %s"):format(case.status, case.method, case.to), function()
      local has_body = case.method == "POST" or case.method == "PATCH"
      local scene = server:scenario { replies = { redirect(case.status, "{{base}}/v1/moved"), OK } }
      local value, err = connect.to(scene):request(case.method, "/here", has_body and { a = 1 } or nil)
      assert.is_nil(value == nil and err or nil)
      local second = scene:requests()[2]
      assert.equal(case.to, second.method)
      assert.equal("/v1/moved", second.path)
      assert.equal(has_body and case.to ~= "GET" and '{"a":1}' or "", second.body)
    end)
  end

  it("on the same origin keep the key and all headers", function()
    local scene = server:scenario { replies = { redirect(307, "moved?x=1"), LIST } }
    assert(connect.to(scene, OPTIONS).models:list())
    local second = scene:requests()[2]
    assert.equal("/v1/moved", second.path)
    assert.equal("x=1", second.query)
    assert.equal("Bearer " .. connect.key, second.header.authorization)
    assert.equal("org_1", second.header["openai-organization"])
    assert.equal("blue", second.header["x-team"])
  end)

  for name, ending in pairs { ["was broken off"] = { close = true }, ["goes on for ever"] = { stall = true } } do
    for _, loop in ipairs { "blocking", "frame" } do
      it(("are asked for again when their body %s, %s"):format(name, loop), function()
        local broken = redirect(307, "moved")
        broken.content_length, broken.steps = 100, { { write = "half" }, ending }
        local scene = server:scenario { replies = { broken, redirect(307, "moved"), LIST } }
        local client = connect.to(scene, { timeout = 0.3, loop = loop })
        local value, facts = connect.run(client, function()
          return client.models:list()
        end)
        assert.is_table(value, tostring(facts))
        assert.equal(2, facts.attempts)
        assert.equal("/v1/moved", scene:requests()[3].path)
      end)
    end
  end

  it("ask a key function once for each attempt, not for each redirect", function()
    local scene = server:scenario { replies = { redirect(307, "moved"), LIST } }
    local asked = 0
    assert(connect.to(scene, {
      api_key = function()
        asked = asked + 1
        return "sk-number-" .. asked
      end,
    }).models:list())
    assert.equal(1, asked)
    assert.equal("Bearer sk-number-1", scene:requests()[2].header.authorization)
  end)

  for _, case in ipairs {
    { name = "another port", url = function(scene)
      return scene:base_url_on("https")
    end },
    { name = "another name of the host", url = function(scene)
      return (scene.base_url:gsub("127%.0%.0%.1", "localhost"))
    end },
  } do
    it("to " .. case.name .. " take along no key and no header of the client", function()
      local arrivals = server:scenario { replies = { OK } }
      local scene = server:scenario { replies = { redirect(307, case.url(arrivals) .. "/moved") } }
      local options = { ca_file = server.ca_file }
      for name, value in pairs(OPTIONS) do
        options[name] = value
      end
      assert(connect.to(scene, options):request("POST", "/here", { a = 1 }))
      local last = arrivals:requests()[1]
      assert.equal("/v1/moved", last.path)
      for _, name in ipairs(SECRETS) do
        assert.is_nil(last.header[name], name)
      end
      assert.equal('{"a":1}', last.body)
      assert.equal("application/json", last.header["content-type"])
      assert.is_nil(last.header["x-stainless-retry-count"])
    end)
  end

  it("from http to https are followed without the key", function()
    local scene = server:scenario { replies = { redirect(308, "{{base:https1}}/v1/models"), LIST } }
    assert(connect.to(scene, { ca_file = server.ca_file }).models:list())
    local second = scene:requests()[2]
    assert.equal("https1", second.listener)
    assert.is_nil(second.header.authorization)
  end)

  it("do not return the key on the way back", function()
    local scene = server:scenario { replies = {
      redirect(307, "{{base:https1}}/v1/a"), redirect(307, "{{base}}/v1/b"), LIST } }
    assert(connect.to(scene, { ca_file = server.ca_file }).models:list())
    local requests = scene:requests()
    assert.equal("Bearer " .. connect.key, requests[1].header.authorization)
    assert.is_nil(requests[2].header.authorization)
    assert.is_nil(requests[3].header.authorization)
  end)

  it("in a loop end", function()
    local scene = server:scenario { replies = { redirect(302, "{{base}}/v1/again") }, repeat_last = true }
    local list, err = connect.to(scene).models:list()
    assert.is_nil(list)
    assert.equal("limit", err.kind)
    assert.equal("more than 10 redirects", err.message)
    assert.equal(11, #scene:requests())
  end)

  it("to other protocols are not followed", function()
    local scene = server:scenario { replies = { redirect(302, "file:///etc/hostname") } }
    local value, err = connect.to(scene):request("GET", "/here")
    assert.is_nil(value)
    assert.is_table(err)
    assert.equal(1, #scene:requests())
  end)

  for name, location in pairs {
    ["no location"] = false, ["an empty one"] = "", ["one that is no URL"] = "http://[::1/%zz",
    ["a password"] = "http://user:pw@127.0.0.1:1/x", ["another protocol"] = "ftp://127.0.0.1/x",
  } do
    it("with " .. name .. " are errors of the connection", function()
      local scene = server:scenario { replies = { { status = 302, headers = { location = location or nil } } } }
      local _, err = connect.to(scene).models:list()
      assert.same({ 302, "connection", 1 }, { err.status, err.kind, err.attempts })
      assert.is_nil(tostring(err):find("pw", 1, true))
      assert.equal(1, #scene:requests())
    end)
  end

  it("do not take a body out of TLS", function()
    local scene = server:scenario { replies = { redirect(307, "{{base}}/v1/moved"), LIST } }
    local _, err = connect.to(scene, nil, "https1"):request("POST", "/here", { a = 1 })
    assert.equal("connection", err.kind)
    assert.truthy(err.message:find("without TLS", 1, true))
    assert.equal(1, #scene:requests())
  end)

  it("without a body may leave TLS, without the key", function()
    local scene = server:scenario { replies = { redirect(307, "{{base}}/v1/moved"), LIST } }
    assert(connect.to(scene, nil, "https1").models:list())
    assert.is_nil(scene:requests()[2].header.authorization)
  end)

  it("of a stream are followed", function()
    local scene = server:scenario { replies = { redirect(307, "{{base}}/v1/moved"), HI } }
    local stream = assert(connect.to(scene).chat.completions:create { model = "m", stream = true })
    assert.equal("hi", stream:final().choices[1].message.content)
    assert.equal("POST", scene:requests()[2].method)
  end)
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
end)

describe("send: connections", function()
  local function connections(scene)
    return scene:journal().connections_total
  end

  it("are reused by calls one after the other", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(scene)
    for _ = 1, 5 do
      assert(client.models:list())
    end
    assert.equal(1, connections(scene))
  end)

  it("are reused after errors, which are read whole", function()
    local scene = server:scenario { replies = { failing(500), failing(404), LIST } }
    local client = connect.to(scene)
    client.models:list()
    assert(client.models:list())
    assert.equal(3, #scene:requests())
    assert.equal(1, connections(scene))
  end)

  it("are reused after a stream", function()
    local scene = server:scenario { replies = { HI, LIST } }
    local client = connect.to(scene)
    assert(client.chat.completions:create { model = "m", stream = true }):final()
    scene:wait(function(journal)
      return journal.requests[1].outcome == "complete"
    end)
    assert(client.models:list())
    assert.equal(1, connections(scene))
  end)

  it("that the server has closed meanwhile are no error", function()
    local scene = server:scenario { replies = { { json = { data = {} }, after_reply = "close" }, LIST } }
    local client = connect.to(scene)
    assert(client.models:list())
    socket.sleep(0.1)
    assert(client.models:list())
    assert.equal(2, connections(scene))
  end)

  for _, listener in ipairs { "http", "https1", "unix" } do
    it("of their own are for what must be sent once, over " .. listener, function()
      local scene = server:scenario { replies = { LIST, { fault = "reset" }, LIST } }
      local client = connect.to(scene, { max_retries = 0 }, listener)
      assert(client.models:list())
      local list, err = client.models:list(nil, { fresh_connection = true })
      assert.is_nil(list)
      assert.equal("connection", err.kind)
      assert.equal(2, #scene:requests()) -- on a kept one libcurl would have sent it again
      assert.equal(2, connections(scene))
      assert(client.models:list())
      assert.equal(2, connections(scene))
    end)
  end

  it("are closed with the client", function()
    local scene = server:scenario { replies = { LIST } }
    local client = connect.to(scene)
    assert(client.models:list())
    assert.equal(1, scene:journal().connections_open)
    client:close()
    scene:wait(is_idle)
  end)

  it("are closed with a collected client", function()
    local scene = server:scenario { replies = { LIST } }
    local client = connect.to(scene)
    assert(client.models:list())
    client = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    scene:wait(is_idle)
  end)

  it("go over a unix socket", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, nil, "unix").models:list())
    assert.equal("unix", scene:requests()[1].listener)
  end)

  it("name a unix socket that is not there", function()
    local _, err = oai.client({ api_key = "k", unix_socket = "/no/such.socket", max_retries = 0 }).models:list()
    assert.equal("connection", err.kind)
    assert.truthy(err.message:find("over the unix socket '/no/such.socket'", 1, true), err.message)
  end)

  for _, loop in ipairs { "blocking", "frame" } do
    it("have the facts of a reply that breaks off in their errors, on the loop " .. loop, function()
      for _, content_type in ipairs { "application/json", "text/event-stream", "text/plain" } do
        for stream in pairs { [false] = true, [true] = true } do
          local scene = server:scenario { replies = { { headers = { ["content-type"] = content_type },
            steps = { { write = "x" }, { reset = "connection" } } } } }
          local client = connect.to(scene, { loop = loop, max_retries = 0 })
          local err = connect.run(client, function()
            local value, err = client.chat.completions:create { model = "m", messages = {}, stream = stream }
            if value then
              err = select(2, value:final())
            end
            return err
          end)
          assert.same({ "connection", "req_1", content_type },
            { err.kind, err.request_id, err.headers["content-type"] })
          assert.is_nil(err.status)
        end
      end
    end)
  end

  it("send a body of 2 MB without waiting for 100 Continue", function()
    local scene = server:scenario { replies = { { json = { id = "x" } } } }
    assert(connect.to(scene).moderations:create { input = ("x"):rep(2e6) })
    local request = scene:requests()[1]
    assert.is_nil(request.header.expect)
    assert.equal(2e6 + 12, request.body_length)
  end)
end)

describe("send: TLS", function()
  local it_over_http2 = libcurl.http2 and it or pending
  local it_with_http2_streams = libcurl.http2_streams and it or pending

  it_over_http2("speaks HTTP/2 where it is offered", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(scene, nil, "https")
    for _ = 1, 3 do
      assert(client.models:list())
    end
    for _, request in ipairs(scene:requests()) do
      assert.equal("2", request.http_version)
    end
    assert.equal(1, scene:journal().connections_total)
  end)

  it_with_http2_streams("opens streams beside calls on one HTTP/2 connection", function()
    local chunk = { data = { choices = { { index = 0, delta = { content = "a" }, finish_reason = "stop" } } } }
    local scene = server:scenario { replies = {
      { sse = { chunk, chunk, "data: [DONE]\n\n" }, chunk_delay = 0.05 }, LIST,
      { sse = { chunk, "data: [DONE]\n\n" } } } }
    local client = connect.to(scene, nil, "https")
    local first = assert(client.chat.completions:create { model = "m", stream = true })
    assert(client.models:list())
    local second = assert(client.chat.completions:create { model = "m", stream = true })
    assert.equal("a", second:final().choices[1].message.content)
    assert.equal("aa", first:final().choices[1].message.content)
    assert.equal(1, scene:journal().connections_total)
  end)

  it("speaks HTTP/1.1 where it must", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, nil, "https1").models:list())
    assert.equal("1.1", scene:requests()[1].http_version)
  end)

  for _, case in ipairs {
    { name = "goaway", steps = { { write = "{" }, { goaway = true } } },
    { name = "reset of the stream", steps = { { write = "{" }, { reset = true } } },
    { name = "reset of the connection", steps = { { write = "{" }, { reset = "connection" } } },
  } do
    it("tries again over HTTP/2 after a " .. case.name, function()
      local scene = server:scenario { replies = { { steps = case.steps }, LIST } }
      local list, facts = connect.to(scene, nil, "https").models:list()
      assert.is_table(list, tostring(facts))
      assert.equal(2, facts.attempts)
    end)
  end

  it("trusts a folder of certificates", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, { ca_file = false or nil, ca_path = server.ca_path }, "https").models:list())
  end)

  for _, listener in ipairs { "https", "https1" } do
    it("sends nothing to a server it cannot verify: " .. listener, function()
      local scene = server:scenario { replies = { LIST }, repeat_last = true }
      local client = require("oai").client { api_key = connect.key, base_url = scene:base_url_on(listener) }
      local started = core.clock()
      local list, err = client.models:list()
      assert.is_nil(list)
      assert.equal("tls", err.kind)
      assert.equal(1, err.attempts)
      assert.is_nil(err.status)
      assert.is_true(core.clock() - started < 5)
      assert.equal(0, scene:journal().requests_total)
    end)
  end

  it("sends nothing to a server with the certificate of another", function()
    local scene = server:scenario { replies = { LIST } }
    local url = scene:base_url_on("https"):gsub("127%.0%.0%.1", "0.0.0.0") -- this machine by another name
    local _, err = connect.to(scene, { base_url = url, max_retries = 0, ca_file = server.ca_file }).models:list()
    assert.equal("tls", err.kind)
    assert.equal(0, scene:journal().requests_total)
  end)

  it("does not verify when told so", function()
    local scene = server:scenario { replies = { LIST } }
    local client = require("oai").client { api_key = connect.key, verify = false,
      base_url = scene:base_url_on("https") }
    assert(client.models:list())
    assert.equal("Bearer " .. connect.key, scene:requests()[1].header.authorization)
  end)

  it("says who it is with a certificate", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, nil, "mtls").models:list())
    assert.equal("mtls", scene:requests()[1].listener)
  end)

  it("fails where a certificate is demanded and not given", function()
    local scene = server:scenario { replies = { LIST } }
    local client = require("oai").client { api_key = connect.key, ca_file = server.ca_file, max_retries = 0,
      base_url = scene:base_url_on("mtls") }
    local list, err = client.models:list()
    assert.is_nil(list)
    assert.truthy(err.kind == "tls" or err.kind == "connection", err.kind)
    assert.equal(0, scene:journal().requests_total)
  end)

  for _, option in ipairs { "ca_file", "client_cert" } do
    it("tells a missing " .. option, function()
      local scene = server:scenario { replies = { LIST } }
      local _, err = connect.to(scene, { [option] = "/nowhere/at-all.pem" }, "mtls").models:list()
      assert.equal("tls", err.kind)
      assert.equal(1, err.attempts)
      assert.equal(0, scene:journal().requests_total)
    end)
  end
end)

describe("send: proxies", function()
  local proxy = require("spec.support.proxy").start()

  --- What the proxy has seen of a scene: "METHOD target".
  local function passed(scene)
    local found = {}
    for _, request in ipairs(proxy:seen()) do
      if request.target:find(scene.path .. "/", 1, true) then
        found[#found + 1] = request.method .. " " .. request.target
      end
    end
    return found
  end

  it("pass on requests", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, { proxy = proxy.url }).models:list())
    assert.same({ "GET " .. scene.base_url .. "/models" }, passed(scene))
    assert.equal("Bearer " .. connect.key, scene:requests()[1].header.authorization)
  end)

  it("open tunnels, through which the key goes unseen", function()
    local scene = server:scenario { replies = { LIST } }
    local before = #proxy:seen()
    assert(connect.to(scene, { proxy = proxy.url }, "https").models:list())
    local seen = proxy:seen()
    assert.equal(before + 1, #seen)
    assert.equal("CONNECT", seen[#seen].method)
    assert.equal("127.0.0.1:" .. server.https, seen[#seen].target)
    assert.equal(libcurl.http2 and "2" or "1.1", scene:requests()[1].http_version)
  end)

  it("are told a name and password of their own", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, { proxy = (proxy.url:gsub("//", "//me:secret@")) }).models:list())
    local seen = proxy:seen()
    assert.equal("Basic bWU6c2VjcmV0", seen[#seen].authorization)
    assert.is_nil(scene:requests()[1].header["proxy-authorization"])
  end)

  for name, options in pairs {
    ca_file = { ca_file = server.ca_file }, ca_path = { ca_path = server.ca_path }, verify = { verify = false },
  } do
    for _, listener in ipairs { "http", "https1" } do
      it(("are reached over TLS as %s says, to %s"):format(name, listener), function()
        local scene = server:scenario { replies = { LIST } }
        local client = oai.client { api_key = connect.key, base_url = scene:base_url_on(listener), max_retries = 0,
          proxy = proxy.secure_url, ca_file = options.ca_file, ca_path = options.ca_path, verify = options.verify }
        assert(client.models:list())
      end)
    end
  end

  it("are not reached over TLS when they cannot be verified", function()
    local scene = server:scenario { replies = { LIST } }
    local client = oai.client { api_key = connect.key, base_url = scene.base_url, proxy = proxy.secure_url }
    local _, err = client.models:list()
    assert.same({ "tls", 1 }, { err.kind, err.attempts })
    assert.equal(0, scene:journal().requests_total)
  end)

  it("are passed by for the hosts of no_proxy", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, { proxy = proxy.url, no_proxy = "example.com,127.0.0.1" }).models:list())
    assert.same({}, passed(scene))
  end)

  it("that do not answer are errors of kind connection", function()
    local scene = server:scenario { replies = { LIST } }
    local _, err = connect.to(scene, { proxy = "http://127.0.0.1:1", max_retries = 0 }).models:list()
    assert.equal("connection", err.kind)
    assert.equal(0, scene:journal().requests_total)
  end)

  local CALL = [[
    local client = require("oai").client { api_key = "sk-spec", base_url = %q, ca_file = %q, max_retries = 0 }
    print(client.models:list())
  ]]

  local NONE = { http_proxy = false, HTTP_PROXY = false, https_proxy = false, HTTPS_PROXY = false,
    all_proxy = false, ALL_PROXY = false, no_proxy = false, NO_PROXY = false }

  local function environment(own)
    local all = {}
    for name, value in pairs(NONE) do
      all[name] = value
    end
    for name, value in pairs(own) do
      all[name] = value
    end
    return all
  end

  local function all_over(listener, names, passes)
    local cases = {}
    for i, name in ipairs(names) do
      cases[i] = { listener = listener, environment = { [name] = proxy.url }, passes = passes }
    end
    return cases
  end

  local function joined(...)
    local all = {}
    for _, cases in ipairs { ... } do
      for _, case in ipairs(cases) do
        all[#all + 1] = case
      end
    end
    return all
  end

  for _, case in ipairs(joined(
    all_over("http", { "http_proxy", "all_proxy", "ALL_PROXY" }, 1),
    all_over("http", { "https_proxy", "HTTPS_PROXY", "HTTP_PROXY" }, 0),
    all_over("https", { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" }, 1),
    all_over("https", { "http_proxy" }, 0),
    { { listener = "http", environment = { http_proxy = proxy.url, no_proxy = "127.0.0.1" }, passes = 0 },
      { listener = "http", environment = {}, passes = 0 } })) do
    it(("come from the environment, over %s: %s"):format(case.listener, cjson.encode(case.environment)), function()
      local scene = server:scenario { replies = { LIST } }
      local before = #proxy:seen()
      local call = CALL:format(scene:base_url_on(case.listener), server.ca_file)
      local output, status = child.run(call, environment(case.environment))
      assert.truthy(output:find("oai.Page", 1, true), output)
      assert.equal(0, status)
      assert.equal(case.passes, #proxy:seen() - before)
    end)
  end
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

describe("send: without descriptors", function()
  -- The modules that tell of it are there; opened until none is left.
  local PROGRAM = [[
    local oai, socket = require "oai", require "socket"
    local LOOP = %q
    local function new()
      return oai.client { api_key = "sk-spec", base_url = %q, max_retries = 0, loop = LOOP }
    end
    local function list(client)
      if LOOP == "blocking" then
        return client.models:list()
      end
      local task = client:spawn(function()
        return client.models:list()
      end)
      while not task.done do
        client:update()
        socket.sleep(0.001)
      end
      return task:await()
    end
    local warm, cold, second = new(), new(), new()
    print("warm", list(warm))
    print("warm", list(warm:with { base_url = "http://127.0.0.1:1" }))
    local held, file, reason = {}
    repeat
      file, reason = io.open "/dev/null"
      held[#held + 1] = file
    until not file
    print(reason)
    print("kept", list(warm))
    print("cold", list(cold))
    print("again", list(cold))
    for _ = 1, 2 do
      table.remove(held):close()
    end
    local reason = (select(2, list(second))).kind
    print("two", reason == "limit" or reason == "connection") -- too few for an engine, or for its connection
    for _, file in ipairs(held) do
      file:close()
    end
    for _, client in ipairs { warm, cold, second } do
      print("after", list(client))
      client:close()
    end
  ]]

  for _, loop in ipairs { "blocking", "frame" } do
    it("a new client's call says so, and works when there are some: " .. loop, function()
      local scene = server:scenario { replies = { LIST }, repeat_last = true }
      local output, status = child.run(PROGRAM:format(loop, scene.base_url), nil, 40)
      assert.equal(0, status, output)
      local told = {}
      for name, said in output:gmatch("(%a+)\t([^\n\t]+)[^\n]*\n") do
        told[#told + 1] = name .. " " .. said:sub(1, 8)
      end
      assert.equal("warm oai.Page, warm nil, kept oai.Page, cold nil, again nil, two true, "
        .. "after oai.Page, after oai.Page, after oai.Page", table.concat(told, ", "), output)
      local words = output:match "/dev/null(: [^\n]+)"
      for _, name in ipairs { "cold", "again" } do
        assert.truthy(output:find(name .. "\tnil\toai: models.list: cannot open a connection pool" .. words, 1, true),
          output)
      end
    end)
  end
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
        "data: [DONE]\n\n" }, after_reply = "close" }, HI } }
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
