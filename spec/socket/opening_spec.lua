-- A connection opened: the handshake is an ordinary call of the client, and
-- what is no agreement is an error like any other.

local base64 = require "oai.codec.base64"
local child = require "spec.support.child"
local connect = require "spec.support.connect"
local conversation = require "spec.support.conversation"
local oai = require "oai"
local proxy = require "spec.support.proxy"
local server = require("spec.support.server").start { tls = true }
local socket = require "oai.socket"

local HELLO = { steps = { { send = { type = "hello" } } } }

describe("opening a connection", function()
  local scene, client

  local function open(replies, options, given, what)
    scene = conversation.scene(server, replies)
    client = connect.to(scene, given)
    return conversation.open(client, options, what)
  end

  after_each(function()
    if client then
      client:close()
      scene:wait_idle()
      scene:close()
      client, scene = nil, nil
    end
  end)

  it("asks for the upgrade with all that the client's calls have", function()
    local connection, facts = open({ HELLO }, { headers = { ["X-Own"] = "1" }, query = { b = "2" } },
      { query = { a = "1 2" }, headers = { ["X-Client"] = "c" }, organization = "org" },
      { headers = { ["OpenAI-Safety-Identifier"] = "s" } })
    assert.equal("hello", connection:next().type)
    assert.equal("open", connection.status)
    assert.equal(101, facts.status)
    assert.equal(facts, connection.facts)
    assert.equal("req_1", facts.request_id)
    local request = scene:requests()[1]
    assert.equal("GET", request.method)
    assert.equal("/v1/realtime?a=1%202&b=2&model=m", request.url)
    local header = request.header
    assert.equal("websocket", header.upgrade:lower())
    assert.equal("13", header["sec-websocket-version"])
    assert.equal(16, #base64.decode(header["sec-websocket-key"]))
    assert.equal("Bearer " .. connect.key, header.authorization)
    assert.equal("org", header["openai-organization"])
    assert.equal("1 c s", header["x-own"] .. " " .. header["x-client"] .. " " .. header["openai-safety-identifier"])
    assert.equal(facts.client_request_id, header["x-client-request-id"])
    assert.truthy(#facts.client_request_id > 8)
    assert.truthy(header["user-agent"]:find "^oai%-lua/")
    assert.same({}, request.socket.defects)
  end)

  it("gives an error with the API's own body where the key is refused, once", function()
    local refusal = { status = 401, json = { error = { message = "Incorrect API key " .. connect.key,
      code = "invalid_api_key", type = "invalid_request_error" } } }
    local connection, err = open({ refusal, refusal }, { on_reconnect = function() end })
    assert.is_nil(connection)
    assert.equal("authentication", err.kind)
    assert.equal(401, err.status)
    assert.equal("invalid_api_key", err.code)
    assert.equal("realtime.connect", err.operation)
    assert.equal("req_1", err.request_id)
    assert.is_nil(tostring(err):find(connect.key, 1, true))
    assert.equal(1, #scene:requests())
  end)

  it("is an error where a hook that is told of the reply closes the client", function()
    scene = conversation.scene(server, { HELLO })
    client = connect.to(scene)
    client:on("response", function()
      client:close()
    end)
    local connection, err = conversation.open(client)
    assert.is_nil(connection)
    assert.same({ "cancelled", "closed", "the client was closed", "realtime.connect", "req_1" },
      { err.kind, err.reason, err.message, err.operation, err.request_id })
    assert.is_nil(err.status)
  end)

  it("is tried again as calls are, each attempt with a key of its own", function()
    local busy = { status = 503, headers = { ["retry-after-ms"] = "1" } }
    local connection, facts = open({ busy, busy, HELLO })
    assert.equal(3, facts.attempts)
    assert.equal("hello", connection:next().type)
    local seen = {}
    for i, request in ipairs(scene:requests()) do
      local key = request.header["sec-websocket-key"]
      assert.is_nil(seen[key])
      seen[key] = true
      assert.equal(tostring(i - 1), request.header["x-stainless-retry-count"])
      assert.is_nil(key:find ",")
    end
  end)

  it("follows no redirect, and gives nobody the key", function()
    local elsewhere = conversation.scene(server, { HELLO })
    local connection, err = open { { status = 307, headers = { Location = elsewhere.base_url .. "/realtime" } } }
    assert.is_nil(connection)
    assert.equal("connection", err.kind)
    assert.equal(307, err.status)
    assert.same({}, elsewhere:requests())
  end)

  for _, case in ipairs {
    { "an ordinary reply", { { json = { ok = true } } }, 200, "answered as if it knew no WebSockets" },
    { "the answer to another request", { { accept = "d3Jvbmc=", steps = {} } }, nil, "of another" },
    { "no answer to the request", { { accept = false, steps = {} } }, nil, "of another" },
    { "another protocol", { { socket = {}, headers = { Upgrade = "h2c" } } }, nil, "another protocol" },
    { "an extension", { { socket = {}, headers = { ["Sec-WebSocket-Extensions"] = "permessage-deflate" } } }, nil,
      "permessage-deflate" },
  } do
    it("refuses " .. case[1], function()
      local connection, err = open(case[2])
      assert.is_nil(connection)
      assert.equal("protocol", err.kind)
      assert.equal(case[3], err.status)
      assert.truthy(err.message:find(case[4], 1, true), err.message)
      assert.equal("req_1", err.request_id)
      assert.equal(1, err.attempts)
    end)
  end

  it("waits for the reply no longer than it is told", function()
    local connection, err = open({ { fault = "stall" } }, { timeout = 0.05, max_retries = 0 })
    assert.is_nil(connection)
    assert.equal("timeout", err.kind)
    assert.equal(1, err.attempts)
    local other
    other, err = conversation.open(client, { total_timeout = 0.05 })
    assert.is_nil(other)
    assert.equal("server", err.kind) -- the scene has nothing more
  end)

  it("shows the key to its own origin alone", function()
    local elsewhere = conversation.scene(server, { HELLO })
    local _, facts = open({ HELLO }, nil, { ca_file = server.ca_file, headers = { ["X-Client"] = "c" } },
      { path = elsewhere:base_url_on("https1"):gsub("^http", "ws") .. "/realtime" })
    assert.equal(101, facts.status)
    local header = elsewhere:requests()[1].header
    assert.is_nil(header.authorization)
    assert.is_nil(header["x-client"])
    assert.is_nil(header["x-client-request-id"])
    local path = scene.base_url:gsub("^http", "ws") .. "/realtime"
    local connection = assert(conversation.open(client, nil, { path = path }))
    assert.equal("hello", connection:next().type)
    assert.equal("Bearer " .. connect.key, scene:requests()[1].header.authorization)
  end)

  it("goes to a base URL of its own, also of a socket's scheme", function()
    scene = conversation.scene(server, { HELLO })
    client = oai.client { api_key = connect.key, base_url = "http://127.0.0.1:9/v1" }
    local connection = assert(conversation.open(client, { base_url = scene.base_url:gsub("^http", "ws") }))
    assert.equal("hello", connection:next().type)
  end)

  it("goes over TLS, and there over HTTP/1.1", function()
    scene = conversation.scene(server, { HELLO })
    client = connect.to(scene, nil, "https")
    local connection = assert(conversation.open(client))
    assert.equal("hello", connection:next().type)
    assert.equal("1.1", scene:requests()[1].http_version)
  end)

  it("goes through a proxy, which sees nothing of it", function()
    scene = conversation.scene(server, { HELLO })
    local between = proxy.start and proxy.start()
    if not between then
      pending "there is no proxy"
    end
    client = connect.to(scene, { proxy = between.url }, "https1")
    local connection = assert(conversation.open(client))
    assert.equal("hello", connection:next().type)
  end)

  it("is told to hooks, and is logged", function()
    scene = conversation.scene(server, { HELLO, { status = 401, json = { error = { message = "no" } } } })
    local lines, told = {}, {}
    client = connect.to(scene, { log = function(level, message)
      lines[#lines + 1] = level .. " " .. message
    end })
    for _, event in ipairs { "request", "response" } do
      client:on(event, function(seen)
        local status = tostring(seen.status)
        told[#told + 1] = ("%s %s %s %s"):format(event, seen.operation, seen.path:match "/realtime$", status)
      end)
    end
    assert(conversation.open(client))
    assert.is_nil((conversation.open(client)))
    assert.same({ "request realtime.connect /realtime nil", "response realtime.connect /realtime 101",
      "request realtime.connect /realtime nil", "response realtime.connect /realtime 401" }, told)
    local all = table.concat(lines, "\n")
    assert.truthy(all:find("attempt 1: 101", 1, true), all)
    assert.is_nil(all:find(connect.key, 1, true))
  end)

  it("calls a key's function for each", function()
    local count = 0
    scene = conversation.scene(server, { HELLO, HELLO })
    client = connect.to(scene, { api_key = function()
      count = count + 1
      return "sk-spec-" .. count
    end })
    assert(conversation.open(client))
    assert(conversation.open(client))
    assert.equal("Bearer sk-spec-2", scene:requests()[2].header.authorization)
  end)

  it("may be a task", function()
    local task = open({ HELLO }, { wait = false })
    local connection, facts = task:await()
    assert.truthy(socket.is_one(connection))
    assert.equal(101, facts.status)
    local told
    scene:close()
    scene = conversation.scene(server, { HELLO })
    conversation.open(client:with { base_url = scene.base_url }, { on_done = function(value)
      told = value
    end }):await()
    assert.truthy(socket.is_one(told))
  end)

  for _, case in ipairs {
    { { on_event = print }, "events()" },
    { { ping_intervall = 1 }, "did you mean 'ping_interval'" },
    { { ping_interval = true }, "a number of seconds from 0.001 on or false" },
    { { max_queue_bytes = 0 }, "max_queue_bytes" },
    { { on_reconnect = "yes" }, "on_reconnect" },
    { { proxy = "x" }, "belongs to the connections" },
    { { headers = { ["Sec-WebSocket-Key"] = "x" } }, "the library's own" },
    { { headers = { upgrade = "x" } }, "the library's own" },
  } do
    it("raises for options that cannot be: " .. case[2], function()
      local done, fault = pcall(open, { HELLO }, case[1])
      assert.is_false(done)
      assert.truthy(tostring(fault):find(case[2], 1, true), fault)
      assert.truthy(tostring(fault):find("opening_spec.lua", 1, true), fault)
    end)
  end

  it("is loaded by no other call", function()
    assert.equal("nil\n", (child.run [[
      local oai = require "oai"
      local client = oai.client { api_key = "k", base_url = "http://127.0.0.1:1", max_retries = 0 }
      client.models:list()
      client.responses:create { model = "m", input = "x" }
      local found
      for name in pairs(package.loaded) do
        found = found or name:match "^oai%.socket.*" or name:match "^oai%.call%.upgrade"
      end
      print(found)
    ]]))
  end)
end)

describe("socket.apart", function()
  it("takes parameters and options apart", function()
    local params, rest = socket.apart("x.connect", { model = "m", timeout = 1 }, { model = true })
    assert.same({ { model = "m" }, { timeout = 1 } }, { params, rest })
    assert.same({ {}, {} }, { socket.apart("x.connect", nil, {}) })
    local done, fault = pcall(socket.apart, "x.connect", "m", {})
    assert.is_false(done)
    assert.truthy(fault:find("x.connect: expected a table, got string", 1, true))
  end)
end)
