-- What the requests of an endpoint have in common: header lines, place, whose
-- credential goes with them.

local built_requests = require "spec.support.built"
local environment = require "spec.support.environment"
local facts = require "spec.support.facts.request"
local json = require "oai.codec.json"
local parse = require("oai.call.line").parse
local oai = require "oai"
local plans = require "oai.call.plan"
local request = require "oai.call.request"

local client_with, build, build_free = built_requests.client, built_requests.of, built_requests.free
local fields_of, headers_of = built_requests.fields, built_requests.headers

describe("call.plan", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  describe("header lines", function()
    it("are these", function()
      local client = client_with { organization = "org_1", project = "proj_1",
        headers = { ["X-D"] = 1, ["X-Drop"] = "x" } }
      local fields = headers_of("POST /x", { a = 1 }, { headers = { ["X-Drop"] = json.null, ["X-R"] = "2" } }, client)
      assert.same({ accept = "application/json", ["accept-encoding"] = "gzip", ["content-type"] = "application/json",
        ["openai-organization"] = "org_1", ["openai-project"] = "proj_1", ["user-agent"] = "oai-lua/" .. oai._VERSION,
        ["x-d"] = "1", ["x-drop"] = "", ["x-r"] = "2", ["x-stainless-retry-count"] = "0" }, fields)
    end)

    it("begin with the four for which libcurl looks, as the core expects it", function()
      local names = {}
      for i, line in ipairs(build("POST /x", { a = 1 }).plan.lines) do
        names[i] = line:match("^[^:]+")
      end
      assert.same({ "Accept", "Content-Type", "Accept-Encoding", "User-Agent", "X-Stainless-Retry-Count" }, names)
    end)

    -- oai differs: nothing about the user's machine is sent
    it("tell nothing of the machine", function()
      local fields = headers_of("POST /x", { a = 1 })
      for _, name in ipairs(facts.unsent) do
        assert.is_nil(fields[name], name)
      end
    end)

    it("hold no credential", function()
      assert.is_nil(headers_of("GET /x").authorization)
    end)

    it("count retries", function()
      local plan = build("GET /x").plan
      for attempt = 1, 3 do
        assert.equal(tostring(attempt - 1), fields_of(plans.lines(plan, attempt))["x-stainless-retry-count"])
      end
    end)

    it("leave a retry count of the caller's alone", function()
      for value, expected in pairs { ["42"] = "42", [false] = "" } do
        local plan = build("GET /x", nil, { headers = { ["x-stainless-retry-count"] = value } }).plan
        for attempt = 1, 2 do
          assert.equal(expected, fields_of(plans.lines(plan, attempt))["x-stainless-retry-count"])
        end
      end
    end)

    it("have OPENAI_CUSTOM_HEADERS, under those given", function()
      environment.set { OPENAI_CUSTOM_HEADERS = "X-A: 1\nX-B:two:parts\nbroken line\n  X-C :  3  " }
      local fields = headers_of("GET /x", nil, nil, client_with { headers = { ["x-a"] = "mine", ["X-B"] = false } })
      assert.same({ "mine", "", "3" }, { fields["x-a"], fields["x-b"], fields["x-c"] })
    end)

    it("say what is wanted", function()
      local accepted = {
        ["application/json"] = { "GET /x" }, ["application/binary"] = { "GET /x", returns = "bytes" },
        ["*/*"] = { "DELETE /x", returns = "empty" }, ["application/sdp"] = { "POST /x", accept = "application/sdp" },
      }
      for expected, line in pairs(accepted) do
        assert.equal(expected, headers_of(line).accept)
      end
      assert.equal("text/event-stream", headers_of({ "POST /x", stream = "chat" }, { stream = true }).accept)
      assert.equal("application/json", headers_of({ "POST /x", stream = "chat" }, { stream = false }).accept)
    end)

    it("of streams and of whole replies are kept apart", function()
      local client, parsed = client_with(), parse("things.do", { "POST /x", stream = "chat" })
      for _ = 1, 2 do
        for accept, stream in pairs { ["text/event-stream"] = true, ["application/json"] = false } do
          local built = request.build(client, parsed, "/x", { stream = stream })
          assert.equal(accept, fields_of(built.plan.lines).accept)
        end
      end
    end)

    it("say what is sent", function()
      assert.equal("application/json", headers_of("POST /x")["content-type"])
      assert.is_nil(headers_of("GET /x")["content-type"])
      assert.is_nil(headers_of({ "POST /x", form = { "file" } }, {})["content-type"])
      assert.equal("", headers_of({ "POST /x", body = false })["content-type"])
    end)

    it("name a beta", function()
      assert.equal("assistants=v2", headers_of({ "GET /x", beta = "assistants=v2" })["openai-beta"])
    end)

    it("refuse what cannot be sent, and name it", function()
      assert.error_matches(function()
        build("GET /x", nil, { headers = { ["X-A"] = "a\r\nX-B: b" } })
      end, "things.do: header 'X%-A' must not hold CR, LF or NUL")
      assert.error_matches(function()
        build("GET /x", nil, { headers = { ["X\nA"] = "a" } })
      end, "things.do: header 'X%?A' is not a header name")
    end)
  end)

  describe("credential", function()
    for _, fact in ipairs(facts.admin) do
      it(("of %s is %s"):format(fact[1], fact[2] and "the administration's" or "the ordinary one"), function()
        local client = client_with { admin_api_key = "sk-0123456789-the-admin" }
        local built = build_free(client, "GET", fact[1])
        assert.equal(fact[2], built.plan.admin)
        assert.equal(fact[2] and "sk-...dmin" or "sk-...nary",
          tostring(built.settings.credentials:of(built.plan.admin)))
      end)
    end

    it("of the caller's own is left alone", function()
      assert.is_true(build("GET /x", nil, { headers = { authorization = "Bearer x" } }).plan.own_credential)
      assert.is_true(build("GET /x", nil, { headers = { Authorization = false } }).plan.own_credential)
      assert.is_false(build("GET /x").plan.own_credential)
    end)

    it("goes to the client's origin only", function()
      local client = client_with { organization = "org_1", headers = { ["X-D"] = "1" } }
      for path, expected in pairs { ["http://h/x"] = false, ["http://h:80/x"] = false, ["HTTP://H/x"] = false,
        ["http://other/x"] = true, ["https://h/x"] = true, ["http://h:81/x"] = true, ["http://h.other/x"] = true } do
        local built = build_free(client, "GET", path)
        assert.equal(expected, built.plan.own_credential, path)
        assert.equal(not expected and "org_1" or nil, fields_of(built.plan.lines)["openai-organization"], path)
        assert.equal(not expected and "1" or nil, fields_of(built.plan.lines)["x-d"], path)
      end
    end)
  end)

  describe("is one", function()
    local function plan_of(client, line, params, options)
      return request.build(client, line, line.template, params, options).plan
    end

    it("for all calls with the same settings, and nobody changes it", function()
      local client, line = client_with(), parse("things.do", "POST /x")
      local first = plan_of(client, line, { a = 1 })
      local lines = table.concat(first.lines, "\n")
      assert.equal(first, plan_of(client, line, { b = 2 }))
      plans.lines(first, 2)
      assert.equal(lines, table.concat(plans.lines(first, 1), "\n"))
      assert.same({ "things.do", "/x", "POST", "http://h/v1/x" },
        { first.name, first.template, first.method, first.url })
      assert.is_nil(first.sink)
    end)

    it("of its own for another line, other header fields, a file and another client", function()
      local client, line = client_with(), parse("things.do", "GET /x")
      local first = plan_of(client, line)
      for _, other in ipairs { plan_of(client, parse("things.do", "GET /x")), plan_of(client_with(), line),
        plan_of(client, line, nil, { save_to = "a" }), plan_of(client, line, nil, { headers = { a = "1" } }) } do
        assert.is_not.equal(first, other)
      end
      assert.equal(first, plan_of(client, line))
    end)

    it("for each call where each has a key by which the server knows it again", function()
      local client = client_with { idempotency_key = "auto" }
      local post, get = parse("things.do", "POST /x"), parse("things.do", "GET /x")
      local first, second = fields_of(plan_of(client, post).lines), fields_of(plan_of(client, post).lines)
      assert.is_not.equal(first["idempotency-key"], second["idempotency-key"])
      assert.equal(36, #first["idempotency-key"])
      assert.equal(plan_of(client, get), plan_of(client, get))
      assert.is_nil(fields_of(plan_of(client, get).lines)["idempotency-key"])
    end)

    it("without a URL where that has ids", function()
      local client, line = client_with(), parse("things.do", "GET /x/{id}")
      assert.is_false(request.build(client, line, "/x/1").plan.url)
      assert.equal("http://h/v1/x/1", request.build(client, line, "/x/1").url)
      assert.equal("http://h/v1/x/2", request.build(client, line, "/x/2").url)
    end)
  end)

  it("asks for what goes to a file, or is bytes, without compression", function()
    assert.equal("gzip", headers_of("GET /x")["accept-encoding"])
    assert.equal("identity", headers_of("GET /x", nil, { save_to = "a" })["accept-encoding"])
    assert.equal("identity", headers_of({ "GET /x", returns = "bytes" })["accept-encoding"])
    assert.equal("br", headers_of("GET /x", nil, { save_to = "a", headers = { ["Accept-Encoding"] = "br" } })
      ["accept-encoding"])
  end)

  it("knows what belongs to an administrator by its line, or else by its path", function()
    for expected, list in pairs { [true] = { { template = "/organization/x" }, { template = "/projects/x" },
      { template = "/x", admin = true } },
      [false] = { { template = "/x/organization/" }, { template = "/organizations" },
      { template = "/projects/x", admin = false } } } do
      for _, endpoint in ipairs(list) do
        assert.equal(expected, plans.is_admin(endpoint), endpoint.template)
      end
    end
  end)

  describe("a path of a provider's", function()
    local function url_of(made, line, params, options)
      local seen
      local provider = { name = "own", base_url = "http://h/v1", path = function(method, path, given)
        seen = { method, path, given }
        return made
      end }
      local client = oai.client { provider = provider, api_key = "sk-0123456789-ordinary" }
      return build(line or "POST /x", params, options, client).url, seen
    end

    it("is made for each request, of what is sent with it", function()
      local url, seen = url_of("/deployments/m/x", "POST /x", { model = "m" }, { body = { b = 1 } })
      assert.equal("http://h/v1/deployments/m/x", url)
      assert.same({ "POST", "/x", { model = "m", b = 1 } }, seen)
    end)

    it("must be one, below the base URL", function()
      for made, words in pairs { [1] = "made a number of the path, and no string",
        ["x"] = "made 'x' of the path '/x': it must begin with '/', and is below the base URL",
        ["http://other/x"] = "it must begin with '/'",
        ["/a b"] = "made a path with a space or a control character of '/x'", ["/a\n"] = "a control character" } do
        local done, message = pcall(url_of, made)
        assert.is_false(done)
        assert.truthy(tostring(message):find(words, 1, true), tostring(message))
      end
    end)
  end)

  it("refuses what is no URL, and an id that no server takes", function()
    assert.error_matches(function()
      build_free(client_with(), "GET", "http://")
    end, "request: 'http://' is no URL")
    for given, is_taken in pairs { [("x"):rep(512)] = true, [("x"):rep(513)] = false, [""] = false, ["a\tb"] = false,
      ["\195\164"] = false } do
      local done, message = pcall(build, "GET /x", nil, { headers = { ["X-Client-Request-Id"] = given } })
      assert.equal(is_taken, done)
      assert.truthy(done or message:find("the client request id must be ASCII, of 1 to 512 char", 1, true), message)
    end
  end)
end)
