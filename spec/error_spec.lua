-- Error values: what they print as, and where wrong use is raised.

local child = require "spec.support.child"
local error_value = require "oai.error"
local json = require "oai.codec.json"
local oai = require "oai"
local said = require "spec.support.said"

local printed = {
  { { kind = "not_found", status = 404, message = "No such file", operation = "files.create", request_id = "req_1" },
    "oai: files.create: 404 not_found: No such file (request req_1)" },
  { { kind = "bad_request", status = 400, code = "context_length_exceeded", message = "too long" },
    "oai: 400 context_length_exceeded: too long" },
  { { kind = "bad_request", status = 400, code = 12, message = "m" }, "oai: 400 12: m" },
  { { kind = "bad_request", status = 400, code = 400, message = "m" }, "oai: 400 bad_request: m" },
  { { kind = "rate_limit", status = 429, code = "429", message = "m" }, "oai: 429 rate_limit: m" },
  { { kind = "connection", message = "refused", attempts = 3 }, "oai: connection: refused (3 attempts)" },
  { { kind = "connection", message = "refused", attempts = 1 }, "oai: connection: refused" },
  { { kind = "rate_limit", status = 429, message = "slow", retry_after = 1.5, attempts = 3, request_id = "r" },
    "oai: 429 rate_limit: slow (request r, retry in 1.5 s, 3 attempts)" },
  { { kind = "stream", code = "server_error", message = "boom" }, "oai: server_error: boom" },
  { { kind = "bad_request", message = "messages[1]: no", operation = "x" }, "oai: x: messages[1]: no" },
}

describe("error", function()
  for i, fact in ipairs(printed) do
    it(("prints %d"):format(i), function()
      assert.equal(fact[2], said(error_value.new(fact[1])))
    end)
  end

  -- oai differs: the message is the server's own; the status is beside it
  it("keeps the message as it is", function()
    assert.equal("No such file", error_value.new({ kind = "not_found", status = 404,
      message = "No such file" }).message)
  end)

  it("is joined as strings are", function()
    local err = error_value.new { kind = "timeout", message = "m" }
    assert.equal("a oai: timeout: m b", said("a " .. err .. " b"))
    assert.equal("oai: timeout: moai: timeout: m", said(err .. err))
  end)

  it("prints no key, header or body", function()
    local text = tostring(error_value.new { kind = "server", status = 500, message = "m", body = "secret",
      headers = { authorization = "secret" } })
    assert.is_nil(text:find("secret", 1, true))
  end)

  it("is told from other values", function()
    assert.is_true(error_value.is_error(error_value.new { kind = "server", message = "m" }))
    for _, value in ipairs { "x", 1, {}, true, print } do
      assert.is_false(error_value.is_error(value))
    end
    assert.is_false(error_value.is_error(nil))
  end)

  it("raises wrong use at the line of the caller", function()
    local line = debug.getinfo(1, "l").currentline + 1
    local done, message = pcall(function() json.array("x") end)
    assert.is_false(done)
    local expected = ("error_spec.lua:%d: oai: oai.array: expected a table, got string"):format(line)
    assert.truthy(message:find(expected, 1, true), message)
  end)

  it("says wrong use in one line, whatever names the program gave", function()
    local client = oai.client { api_key = "sk-1" }
    -- Without a NUL, at which string.format of 5.1 and 5.2 ends a text.
    local odd = "a\n\27[31m\195\164"
    for what, misused in pairs {
      ["responses.create: "] = function() client.responses:create { model = "m", metadata = { [odd] = print } } end,
      ["files.list: "] = function() client.files:list { [odd] = print } end,
      ["files.create: "] = function() client.files:create { file = { data = "x" }, purpose = "p", [odd] = print } end,
      ["unknown option '"] = function() client.models:list(nil, { [odd] = 1 }) end,
      ["client."] = function() return client[odd] end,
    } do
      local _, message = pcall(misused)
      assert.truthy(message:find(what, 1, true), message)
      assert.truthy(message:find("a\\n\\x1B[31m\195\164", 1, true), message)
      assert.is_nil(message:find "%c", message)
    end
    client:close()
  end)

  it("raises wrong use behind a tail call", function()
    local function calls()
      return json.array("x")
    end
    local done, message = pcall(function()
      local value = calls()
      return value
    end)
    assert.is_false(done)
    assert.truthy(message:find("error_spec.lua:%d+: oai: "), message)
  end)
end)

describe("an error knows where the program was", function()
  local server = require("spec.support.server").start()
  local FREE = [[
local oai = require "oai"
local client = oai.client { api_key = "sk-0", base_url = %q, max_retries = 0 }
]]

  --- The output of a program whose last line is line 3, or beyond.
  local function run(code)
    local scene = server:scenario { replies = { { status = 404, json = { error = { message = "none" } } } },
      repeat_last = true }
    return child.run(FREE:format(scene.base_url) .. code, { OPENAI_LOG = "off" })
  end

  local place = "at /tmp/lua_%w+:"

  for name, code in pairs {
    ["at a call"] = "\nlocal _, err = client.models:list()\nprint(err.where, tostring(err))",
    ["in a function"] = "local function f()\nreturn (select(2, client.models:list())) end "
      .. "local e = f() print(e.where, e)",
    ["in a task"] = "client:spawn(function()\n local _, e = client.models:list() print(e.where, e) end):await()",
    ["in a map"] = "local _, e = client:map({ 1 }, function()\n local v, e = client.models:list() return v, e end)"
      .. " print(e.where, e)",
    ["in a call that is not waited for"] = "local task =\nclient.models:list(nil, { wait = false }) local _, e = "
      .. "task:await() print(e.where, e)",
    ["in a call with on_done"] = "\nclient.models:list(nil, { on_done = function(_, e) print(e.where, e) end })\n"
      .. "client:run()",
    ["in a task that ends with a call"] = "local task\ntask = client:spawn(function() return client.models:list() end)"
      .. "\nlocal _, e = task:await() print(e.where, e)",
    ["in a task whose function stands elsewhere"] = "local models = client.models\n"
      .. "local function list(of) return of:list() end\nlocal _, e = client:spawn(list, models):await() "
      .. "print(e.where, e)",
    ["in a map whose function ends with a call"] = "local errors\nlocal function f() return client.models:list() end\n"
      .. "errors = select(2, client:map({ 1 }, f, { errors = 'collect' })) local e = errors[1] print(e.where, e)",
  } do
    it(name, function()
      local output, status = run(code)
      assert.equal(0, status, output)
      assert.truthy(output:find("^/tmp/lua_%w+:5\toai: models.list: 404 not_found: none %(.*" .. place .. "5%)\n$"),
        output)
    end)
  end

  it("in a stream that breaks and is not waited for, and one that is cancelled", function()
    local scene = server:scenario { replies = { { sse = { { data = { choices = {} } } } } }, repeat_last = true }
    local output = child.run(FREE:format(scene.base_url) .. [[
local chat, params = client.chat.completions, { model = "m", messages = {}, stream = true }
local broken = chat:create(params, { wait = false })
local cancelled = chat:create(params, { wait = false })
cancelled:cancel()
broken:await()
print(broken.err.where, cancelled.err.where)
]])
    assert.truthy(output:find("^/tmp/lua_%w+:5\t/tmp/lua_%w+:6\n$"), output)
  end)

  it("in preconnect, where the loop must not be kept waiting", function()
    local output = child.run [[
local client = require("oai").client { api_key = "sk-0", base_url = "http://127.0.0.1:1", loop = "frame" }
local task = client:preconnect()
while not task.done do client:update() end
print(task.err.where, task.err.kind)
]]
    assert.truthy(output:find("^/tmp/lua_%w+:3\tconnection\n$"), output)
  end)

  for name, code in pairs {
    ["oai.check"] = "\noai.check(client.models:list())",
    ["a list in a for loop"] = "\nfor _ in client.models:each() do end",
    ["a task that nobody awaited"] = "client:spawn(function()\n oai.check(client.models:list()) end) client:run()",
  } do
    it("and prints it where nobody catches it: " .. name, function()
      local output, status = run(code)
      assert.equal(1, status, output)
      assert.truthy(output:find("oai: models.list: 404 not_found: none %(.*" .. place .. "5%)\n"), output)
    end)
  end
end)

describe("oai.check", function()
  it("returns all that it is given", function()
    local function count(...)
      return select("#", ...), ...
    end
    assert.same({ 4, "a", nil, 2, false }, { count(oai.check("a", nil, 2, false)) })
    assert.same({ 1, true }, { count(oai.check(true)) })
  end)

  it("raises the error itself", function()
    local err = error_value.new { kind = "server", message = "m" }
    for _, raised in ipairs { err, "text", { 1 } } do
      assert.equal(raised, select(2, pcall(oai.check, false, raised)))
      assert.equal(raised, select(2, pcall(oai.check, nil, raised)))
      assert.equal(raised, select(2, coroutine.resume(coroutine.create(oai.check), nil, raised)))
    end
  end)

  it("raises an error that stands beside a part of an answer", function()
    local err = error_value.new { kind = "connection", message = "m", partial = {} }
    assert.equal(err, select(2, pcall(oai.check, err.partial, err)))
    assert.equal(err, select(2, pcall(oai.check, err)))
  end)

  it("says where nothing came, and no error", function()
    local _, message = pcall(function() oai.check(nil) end)
    assert.matches("error_spec.lua:%d+: oai: oai.check: got nil, and no error beside it", message)
  end)
end)
