-- The connections of calls: kept, broken, refused, and too many; with real
-- libcurl against the local API server.

local answer = require "spec.support.answer"
local child = require "spec.support.child"
local connect = require "spec.support.connect"
local oai = require "oai"
local replies = require "spec.support.replies"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"

local LIST, failing = replies.LIST, replies.failing

describe("connections", function()
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
    local scene = server:scenario { replies = { answer.stream { "hi" }, LIST } }
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
    scene:wait_idle()
  end)

  it("are closed with a collected client", function()
    local scene = server:scenario { replies = { LIST } }
    local client = connect.to(scene)
    assert(client.models:list())
    client = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    scene:wait_idle()
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

describe("broken connections", function()
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
      scene:wait_over()
    end)
  end

  it("are tried again when refused", function()
    local listener = socket.bind("127.0.0.1", 0)
    local _, port = listener:getsockname()
    listener:close()
    local client = oai.client { api_key = connect.key, max_retries = 1,
      base_url = ("http://127.0.0.1:%s/v1"):format(port) }
    local list, err = client.models:list()
    assert.is_nil(list)
    assert.equal("connection", err.kind)
    assert.equal(2, err.attempts)
    assert.is_nil(err.status)
  end)

  it("tells a host that does not exist", function()
    local client = oai.client { api_key = connect.key, max_retries = 0,
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
      scene:wait_idle()
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

describe("errors whose body does not end well", function()
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
          local client = connect.to(scene, { loop = loop, timeout = 0.8, first_event_timeout = 0.8 })
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

describe("without descriptors", function()
  -- Loads all modules first, by calls, then opens files until no descriptor is left.
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
