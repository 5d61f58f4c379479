-- What a redirect asks for: method and body, and what a foreign origin sees.

local redirect = require "oai.call.redirect"

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
