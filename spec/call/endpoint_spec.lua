-- Endpoint lines as they are called: ids, options and replies over a wire.

local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local said = require "spec.support.said"

local OK = { json = { ok = true } }

describe("an endpoint's ids", function()
  local scene, client

  setup(function()
    scene = server:scenario { replies = { OK }, repeat_last = true }
    client = connect.to(scene)
  end)

  for _, id in ipairs { "", ".", "..", "../x", "x/../y", "..\\x", "%2e%2e", "%2E", ".%2e", "..%2fx", "a\0b", "a\nb",
    0 / 0, false, {}, print } do
    it("may not be " .. tostring(id):gsub("%c", "?"), function()
      local before = scene:journal().requests_total
      local done, message = pcall(client.files.retrieve, client.files, id)
      assert.is_false(done)
      assert.truthy(message:find("endpoint_spec.lua:%d+: oai: files.retrieve: file_id must "), message)
      assert.equal(before, scene:journal().requests_total)
    end)
  end

  it("may not be missing", function()
    local done, message = pcall(function()
      return client.files:retrieve()
    end)
    assert.is_false(done)
    assert.truthy(message:find("files.retrieve: file_id", 1, true), message)
  end)

  for _, case in ipairs {
    { id = "a b/c?d#e", path = "/v1/files/a%20b%2Fc%3Fd%23e" },
    { id = 12, path = "/v1/files/12" },
    { id = "...", path = "/v1/files/..." },
    { id = "%20", path = "/v1/files/%2520" },
    { id = "\195\169", path = "/v1/files/%C3%A9" },
  } do
    it("are encoded: " .. case.id, function()
      assert(client.files:retrieve(case.id))
      local requests = scene:requests()
      assert.equal(case.path, requests[#requests].path)
      assert.equal("", requests[#requests].query)
    end)
  end
end)

describe("an endpoint's parameters", function()
  it("must be a table", function()
    local scene = server:scenario { replies = { OK } }
    local client = connect.to(scene)
    local done, message = pcall(client.moderations.create, client.moderations, "text")
    assert.is_false(done)
    assert.truthy(message:find("moderations.create: the parameters must be a table, got string", 1, true), message)
    assert.equal(0, scene:journal().requests_total)
  end)

  it("may be absent", function()
    local scene = server:scenario { replies = { OK } }
    assert(connect.to(scene).moderations:create())
    assert.equal("{}", scene:requests()[1].body)
  end)

  it("that are no UTF-8 are an error that names the path, and nothing is sent", function()
    local scene = server:scenario { replies = { OK } }
    local value, err = connect.to(scene).chat.completions:create {
      model = "m", messages = { { content = "a" }, { content = "b" }, { content = "\255" } } }
    assert.is_nil(value)
    assert.equal("bad_request", err.kind)
    assert.truthy(tostring(err):find("messages[3].content", 1, true), tostring(err))
    assert.equal(0, scene:journal().requests_total)
  end)

  for _, case in ipairs {
    { name = "a function", params = { input = print }, says = "input" },
    { name = "a sparse array", params = { input = { [1] = "a", [5] = "b" } }, says = "input" },
  } do
    it("with " .. case.name .. " raise, and nothing is sent", function()
      local scene = server:scenario { replies = { OK } }
      local client = connect.to(scene)
      local done, message = pcall(client.moderations.create, client.moderations, case.params)
      assert.is_false(done)
      assert.truthy(message:find("endpoint_spec.lua:%d+: oai: moderations.create: " .. case.says), message)
      assert.equal(0, scene:journal().requests_total)
    end)
  end

  for _, name in ipairs { "list", "each" } do
    it("of a list that contain themselves raise, as those of any call: " .. name, function()
      local scene = server:scenario { replies = { OK } }
      local files, filter = connect.to(scene).files, {}
      filter.a = filter
      local done, message = pcall(function()
        local items = files[name](files, { x = filter })
        return name == "each" and items()
      end)
      assert.is_false(done)
      message = tostring(message)
      assert.truthy(message:find("oai: files.list: x.a: the table contains itself", 1, true), message)
    end)
  end

  it("are not changed and not kept", function()
    local scene = server:scenario { replies = { OK }, repeat_last = true }
    local params = { input = { "a" }, metadata = {}, tools = {} }
    local options = { headers = { ["X-A"] = "1" }, query = { q = 1 }, body = { more = true } }
    local client = connect.to(scene)
    assert(client.moderations:create(params, options))
    assert.same({ input = { "a" }, metadata = {}, tools = {} }, params)
    assert.same({ headers = { ["X-A"] = "1" }, query = { q = 1 }, body = { more = true } }, options)
    assert(client.moderations:create { input = "b" })
    local second = scene:requests()[2]
    assert.is_nil(second.header["x-a"])
    assert.equal('{"input":"b"}', second.body)
  end)
end)

describe("an endpoint's options", function()
  local function call(options, client_options)
    local scene = server:scenario { replies = { OK } }
    local client = connect.to(scene, client_options)
    local value, err = client.moderations:create({ input = "a" }, options)
    return scene:requests()[1], value, err
  end

  it("add headers and query parameters, and win over the client's", function()
    local request = call({ headers = { ["x-a"] = "call", ["X-C"] = false }, query = { a = "call" } },
      { headers = { ["X-A"] = "client", ["X-B"] = "client", ["X-C"] = "client" }, query = { a = "client", b = 1 } })
    assert.equal("call", request.header["x-a"])
    assert.equal("client", request.header["x-b"])
    assert.is_nil(request.header["x-c"])
    assert.equal("a=call&b=1", request.query)
  end)

  it("add fields to the body, which win", function()
    local request = call { body = { input = "b", unknown_yet = 1 } }
    assert.same({ input = "b", unknown_yet = 1 }, require("cjson").decode(request.body))
  end)

  it("give another key, organisation and project", function()
    local request = call({ api_key = "sk-other", organization = "org_2", project = "proj_2" },
      { organization = "org_1", project = "proj_1" })
    assert.equal("Bearer sk-other", request.header.authorization)
    assert.equal("org_2", request.header["openai-organization"])
    assert.equal("proj_2", request.header["openai-project"])
  end)

  it("let the caller's own Authorization stand", function()
    local request = call { headers = { authorization = "Basic abc" } }
    assert.equal("Basic abc", request.header.authorization)
    request = call { headers = { Authorization = false } }
    assert.is_nil(request.header.authorization)
    request = call { api_key = false }
    assert.is_nil(request.header.authorization)
  end)

  for _, case in ipairs {
    { options = { timeuot = 1 }, says = "unknown option 'timeuot'; did you mean 'timeout'?" },
    { options = { timeout = "1" }, says = "option 'timeout' must be" },
    { options = { timeout = -1 }, says = "option 'timeout' must be" },
    { options = { max_retries = 1.5 }, says = "option 'max_retries' must be" },
    { options = { proxy = "x" }, says = "it belongs to the connections" },
    { options = 12, says = "the options must be a table, got number" },
  } do
    it("are a closed set: " .. case.says, function()
      local done, message = pcall(call, case.options)
      assert.is_false(done)
      assert.truthy(message:find("endpoint_spec.lua:%d+: oai: moderations.create: "), message)
      assert.truthy(message:find(case.says, 1, true), message)
    end)
  end

  for _, headers in ipairs { { ["X-A"] = "a\r\nX-B: b" }, { ["X-A"] = "a\nb" }, { ["X-A"] = "a\0b" },
    { ["X A"] = "a" }, { ["X:A"] = "a" }, { [""] = "a" }, { ["X\n"] = "a" }, { "a" } } do
    it("refuse header " .. (next(headers) .. "=" .. headers[next(headers)]):gsub("%c", "?"), function()
      local done, message = pcall(call, { headers = headers })
      assert.is_false(done)
      assert.truthy(message:find("moderations.create: header", 1, true), message)
      assert.is_nil(message:find("[\r\n%z]"))
    end)
  end
end)

describe("an endpoint's method", function()
  it("called with a dot says so", function()
    local client = connect.to(server:scenario { replies = {} })
    for _, call in ipairs {
      function()
        client.files.retrieve "file-1"
      end,
      function()
        client.models.list()
      end,
      function()
        client.chat.completions.create { model = "m" }
      end,
    } do
      local done, message = pcall(call)
      assert.is_false(done)
      assert.truthy(message:find("endpoint_spec.lua:%d+: oai: .*: call it with a colon, as in client%."), message)
    end
  end)
end)

describe("an endpoint's reply", function()
  local function call(reply)
    return connect.to(server:scenario { replies = { reply } }, { max_retries = 0 }).moderations:create { input = "a" }
  end

  it("that is empty is an error of kind decode", function()
    for _, status in ipairs { 200, 204 } do
      local value, err = call { status = status }
      assert.same({ nil, "decode", status }, { value, err.kind, err.status })
    end
  end)

  it("that is no JSON is an error of kind decode", function()
    local value, err = call { body = "<html>", headers = { ["x-request-id"] = "req_x" } }
    assert.is_nil(value)
    assert.equal("decode", err.kind)
    assert.equal("<html>", err.body)
    assert.equal("req_x", err.request_id)
    assert.equal(200, err.status)
    assert.is_true(oai.is_error(err))
  end)

  for _, case in ipairs {
    { status = 400, kind = "bad_request" }, { status = 401, kind = "authentication" },
    { status = 403, kind = "permission_denied" }, { status = 404, kind = "not_found" },
    { status = 409, kind = "conflict" }, { status = 422, kind = "unprocessable" },
    { status = 429, kind = "rate_limit" }, { status = 500, kind = "server" }, { status = 418, kind = "bad_request" },
  } do
    it(("with status %d is an error of kind %s"):format(case.status, case.kind), function()
      local value, err = call { status = case.status, json = { error = {
        message = "oh no", code = "some_code", type = "some_type", param = "input" } } }
      assert.is_nil(value)
      assert.equal(case.kind, err.kind)
      assert.equal(case.status, err.status)
      assert.equal("oh no", err.message)
      assert.equal("some_code", err.code)
      assert.equal("some_type", err.type)
      assert.equal("input", err.param)
      assert.equal("req_1", err.request_id)
      assert.equal(("oai: moderations.create: %d some_code: oh no (request req_1)"):format(case.status), said(err))
    end)
  end
end)

describe("client:request", function()
  it("reaches what has no method", function()
    local scene = server:scenario { replies = { OK }, repeat_last = true }
    local client = connect.to(scene)
    assert(client:request("POST", "/any/thing", { a = 1 }, { query = { q = "x" } }))
    assert(client:request("GET", "/any", { a = { 1, 2 } }))
    assert(client:request("DELETE", "any?b=2", { a = 1 }))
    assert(client:request("PUT", "/any", { a = 1 }))
    local sent = {}
    for i, request in ipairs(scene:requests()) do
      sent[i] = request.method .. " " .. request.url .. " " .. request.body
      assert.equal("Bearer " .. connect.key, request.header.authorization)
    end
    assert.same({ 'POST /v1/any/thing?q=x {"a":1}', "GET /v1/any?a%5B%5D=1&a%5B%5D=2 ", "DELETE /v1/any?b=2&a=1 ",
      'PUT /v1/any {"a":1}' }, sent)
  end)

  it("streams", function()
    local events = { { event = "x", data = { n = 1 } }, { data = { n = 2 } } }
    local scene = server:scenario { replies = { { sse = events } } }
    local stream = assert(connect.to(scene):request("POST", "/any", { stream = true }))
    local numbers = {}
    for event in stream:events() do
      numbers[#numbers + 1] = event.n
    end
    assert.same({ 1, 2 }, numbers)
    assert.equal("complete", stream.status)
  end)

  it("goes to an absolute URL, with the key on the client's origin alone", function()
    local scene = server:scenario { replies = { OK }, repeat_last = true }
    local client = connect.to(scene, { organization = "org_1", headers = { ["X-Team"] = "blue" },
      ca_file = server.ca_file })
    assert(client:request("GET", scene.base_url .. "/own"))
    assert(client:request("GET", (scene.base_url:gsub("127%.0%.0%.1", "localhost")) .. "/other"))
    assert(client:request("GET", scene:base_url_on("https1") .. "/other"))
    local requests = scene:requests()
    assert.equal("Bearer " .. connect.key, requests[1].header.authorization)
    for i = 2, 3 do
      for _, name in ipairs { "authorization", "openai-organization", "x-team", "x-stainless-retry-count" } do
        assert.is_nil(requests[i].header[name], name)
      end
    end
  end)

  for _, case in ipairs {
    { "get", "/x" }, { "", "/x" }, { 1, "/x" }, { "GET", "" }, { "GET", 1 }, { "GET", "/x y" }, { "GET", "/x\r\nA: b" },
    { "GET", "http://" }, { "GET", "ftp://127.0.0.1/" }, { "GET", "file:///etc/hostname" },
  } do
    it(("refuses %s %s"):format(tostring(case[1]), tostring(case[2]):gsub("%c", "?")), function()
      local scene = server:scenario { replies = { OK } }
      local client = connect.to(scene)
      local done, message = pcall(client.request, client, case[1], case[2])
      assert.is_false(done)
      assert.truthy(message:find("endpoint_spec.lua:%d+: oai: request: "), message)
      assert.equal(0, scene:journal().requests_total)
    end)
  end
end)
