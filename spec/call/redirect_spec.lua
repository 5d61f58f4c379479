-- What a redirect asks for: method and body, and what a foreign origin sees;
-- as it is worked out, and as calls follow it over a wire.

local answer = require "spec.support.answer"
local connect = require "spec.support.connect"
local redirect = require "oai.call.redirect"
local replies = require "spec.support.replies"
local server = require("spec.support.server").start { tls = true }

local LIST = replies.LIST

local LINES = { "Accept: a/b", "Content-Type: c/d", "User-Agent: e", "OpenAI-Organization: o", "X-Own: 1", "X-Empty;" }

local function new_request(fields)
  local request = {
    url = "https://api.example/v1/x?a=1", body = "{}", credential = "the key",
    plan = { method = "POST", lines = LINES, counts_retries = true, own_credential = false, transfer = {} },
  }
  for name, value in pairs(fields or {}) do
    request[name] = value
  end
  return request
end

local function with_method(method)
  return new_request { plan = { method = method, lines = LINES } }
end

describe("redirect", function()
  it("is one with five statuses", function()
    local found = {}
    for status = 100, 599 do
      found[#found + 1] = redirect.is_one(status) and status or nil
    end
    assert.same({ 301, 302, 303, 307, 308 }, found)
  end)

  for status, becomes in pairs {
    [301] = { GET = "GET", HEAD = "HEAD", POST = "GET", PUT = "PUT", DELETE = "DELETE" },
    [302] = { GET = "GET", HEAD = "HEAD", POST = "GET", PUT = "PUT", DELETE = "DELETE" },
    [303] = { GET = "GET", HEAD = "HEAD", POST = "GET", PUT = "GET", DELETE = "GET" },
    [307] = { GET = "GET", HEAD = "HEAD", POST = "POST", PUT = "PUT", DELETE = "DELETE" },
    [308] = { GET = "GET", HEAD = "HEAD", POST = "POST", PUT = "PUT", DELETE = "DELETE" },
  } do
    for method, expected in pairs(becomes) do
      it(("%d makes %s a %s, with the body where that stays"):format(status, method, expected), function()
        local following = assert(redirect.follow(with_method(method), status, "https://api.example/y"))
        assert.equal(expected, following.plan.method)
        assert.equal(expected == method and "{}" or nil, following.body)
        assert.equal("https://api.example/y", following.url)
      end)
    end
  end

  it("takes key and header along on the same origin", function()
    local request = new_request()
    local following = assert(redirect.follow(request, 307, "https://api.example:443/y"))
    assert.equal("the key", following.credential)
    assert.equal(request.plan, following.plan)
  end)

  for what, target in pairs {
    ["another host"] = "https://api.example.org/y", ["another port"] = "https://api.example:8443/y",
    ["a host below"] = "https://a.api.example/y",
  } do
    it("takes neither key nor the client's header to " .. what, function()
      local following = assert(redirect.follow(new_request(), 307, target))
      assert.is_nil(following.credential)
      assert.same({ "Accept: a/b", "Content-Type: c/d", "User-Agent: e", "X-Client-Request-Id:" },
        following.plan.lines)
      assert.is_true(following.plan.own_credential)
      assert.is_false(following.plan.counts_retries)
      assert.equal("{}", following.body)
    end)
  end

  it("changes neither the request nor its plan", function()
    local request, plan = new_request(), new_request().plan
    redirect.follow(request, 303, "http://elsewhere/y")
    assert.same(new_request(), request)
    assert.same(plan, request.plan)
  end)

  it("is not followed where a body would go without TLS, nor to what is no URL", function()
    local following, reason = redirect.follow(new_request(), 307, "http://api.example/y")
    assert.is_nil(following)
    assert.truthy(reason:find("without TLS", 1, true))
    assert.truthy(redirect.follow(new_request(), 303, "http://api.example/y"))
    following, reason = redirect.follow(new_request(), 303, "ftp://api.example/y")
    assert.is_nil(following)
    assert.truthy(reason:find("^the redirect is not followed: "), reason)
  end)
end)

describe("redirects of calls", function()
  local OK = { json = { ok = true } }
  local SECRETS = { "authorization", "openai-organization", "openai-project", "x-team", "cookie" }
  local OPTIONS = { organization = "org_1", project = "proj_1", headers = { ["X-Team"] = "blue", Cookie = "a=b" } }

  local function reply(status, target)
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
      local scene = server:scenario { replies = { reply(case.status, "{{base}}/v1/moved"), OK } }
      local value, err = connect.to(scene):request(case.method, "/here", has_body and { a = 1 } or nil)
      assert.is_nil(value == nil and err or nil)
      local second = scene:requests()[2]
      assert.equal(case.to, second.method)
      assert.equal("/v1/moved", second.path)
      assert.equal(has_body and case.to ~= "GET" and '{"a":1}' or "", second.body)
    end)
  end

  it("on the same origin keep the key and all headers", function()
    local scene = server:scenario { replies = { reply(307, "moved?x=1"), LIST } }
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
        local broken = reply(307, "moved")
        broken.content_length, broken.steps = 100, { { write = "half" }, ending }
        local scene = server:scenario { replies = { broken, reply(307, "moved"), LIST } }
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
    local scene = server:scenario { replies = { reply(307, "moved"), LIST } }
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
      local scene = server:scenario { replies = { reply(307, case.url(arrivals) .. "/moved") } }
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
    local scene = server:scenario { replies = { reply(308, "{{base:https1}}/v1/models"), LIST } }
    assert(connect.to(scene, { ca_file = server.ca_file }).models:list())
    local second = scene:requests()[2]
    assert.equal("https1", second.listener)
    assert.is_nil(second.header.authorization)
  end)

  it("do not return the key on the way back", function()
    local scene = server:scenario { replies = {
      reply(307, "{{base:https1}}/v1/a"), reply(307, "{{base}}/v1/b"), LIST } }
    assert(connect.to(scene, { ca_file = server.ca_file }).models:list())
    local requests = scene:requests()
    assert.equal("Bearer " .. connect.key, requests[1].header.authorization)
    assert.is_nil(requests[2].header.authorization)
    assert.is_nil(requests[3].header.authorization)
  end)

  it("are told of where they lead to nothing that was asked for", function()
    for _, stream in ipairs { false, true } do
      local scene = server:scenario { replies = { reply(302, "{{base:https1}}/login?secret=1"), { body = "<html>" } } }
      local _, err = connect.to(scene, { ca_file = server.ca_file }).chat.completions:create {
        model = "m", messages = {}, stream = stream }
      assert.truthy(err.message:find "%(behind a redirect to https://127%.0%.0%.1:%d+%): <html>$", err.message)
    end
    for to, words in pairs { ["{{base}}/gone"] = "^no such page %(behind a redirect to http://127%.0%.0%.1:%d+%)$",
      ["http://127.0.0.1:1/x?secret=1"] = "%(behind a redirect to http://127%.0%.0%.1:1%)$" } do
      local scene = server:scenario { replies = { reply(302, to), { status = 404, body = "no such page" } } }
      local _, err = connect.to(scene, { max_retries = 0 }).models:list()
      assert.truthy(err.message:find(words), err.message)
    end
  end)

  it("in a loop end", function()
    local scene = server:scenario { replies = { reply(302, "{{base}}/v1/again") }, repeat_last = true }
    local list, err = connect.to(scene).models:list()
    assert.is_nil(list)
    assert.equal("limit", err.kind)
    assert.equal("more than 10 redirects", err.message)
    assert.equal(11, #scene:requests())
  end)

  it("to other protocols are not followed", function()
    local scene = server:scenario { replies = { reply(302, "file:///etc/hostname") } }
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
    local scene = server:scenario { replies = { reply(307, "{{base}}/v1/moved"), LIST } }
    local _, err = connect.to(scene, nil, "https1"):request("POST", "/here", { a = 1 })
    assert.equal("connection", err.kind)
    assert.truthy(err.message:find("without TLS", 1, true))
    assert.equal(1, #scene:requests())
  end)

  it("without a body may leave TLS, without the key", function()
    local scene = server:scenario { replies = { reply(307, "{{base}}/v1/moved"), LIST } }
    assert(connect.to(scene, nil, "https1").models:list())
    assert.is_nil(scene:requests()[2].header.authorization)
  end)

  it("of a stream are followed", function()
    local scene = server:scenario { replies = { reply(307, "{{base}}/v1/moved"), answer.stream { "hi" } } }
    local stream = assert(connect.to(scene).chat.completions:create { model = "m", stream = true })
    assert.equal("hi", stream:final().choices[1].message.content)
    assert.equal("POST", scene:requests()[2].method)
  end)
end)

