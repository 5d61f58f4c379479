-- A call as data: where it goes, with which header lines and which body. No
-- server is needed. Facts are in spec/support/facts/request.lua.

local environment = require "spec.support.environment"
local facts = require "spec.support.facts.request"
local json = require "oai.codec.json"
local parse = require("oai.call.line").parse
local oai = require "oai"
local plans = require "oai.call.plan"
local request = require "oai.call.request"

local function client_with(options)
  local all = { api_key = "sk-0123456789-ordinary", base_url = "http://h/v1" }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return oai.client(all)
end

local function build(text, params, options, client)
  local parsed = parse("things.do", text)
  return request.build(client or client_with(), parsed, parsed.template, params, options)
end

--- As client:request builds it.
local function build_free(client, method, path, params, options)
  return request.build(client, { name = "request", method = method, template = path, ids = {}, returns = "json" }, path,
    params, options)
end

local function fields_of(lines)
  local fields = {}
  for _, line in ipairs(lines) do
    local name, text = line:match("^([^:;]+)[:;] ?(.*)$")
    fields[name:lower()] = text
  end
  return fields
end

local function headers_of(line, params, options, client)
  return fields_of(build(line, params, options, client).plan.lines)
end

describe("call.request", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  describe("where to", function()
    for i, fact in ipairs(facts.bases) do
      it(("takes base URL %d, %s"):format(i, fact[3]), function()
        environment.set(fact[1])
        assert.equal("oai.Client " .. fact[3], tostring(oai.client(fact[2])))
        local parsed = parse("x", "GET /files")
        assert.equal(fact[3] .. "/files", request.build(oai.client(fact[2]), parsed, "/files").url)
      end)
    end

    for i, fact in ipairs(facts.no_clients) do
      it(("refuses client %d"):format(i), function()
        assert.error_matches(function()
          build("GET /x", nil, nil, oai.client(fact[1]))
        end, fact[2])
      end)
    end

    for _, fact in ipairs(facts.urls) do
      it("goes to " .. fact[5], function()
        local client = client_with { base_url = fact[1], query = fact[2] }
        assert.equal(fact[5], build_free(client, "GET", fact[3], fact[4]).url)
      end)
    end

    it("adds the query of a call to the client's", function()
      local client = client_with { query = { a = 1, b = 2 } }
      assert.equal("http://h/v1/x?a=1&b=3&c=4", build("GET /x", nil, { query = { b = 3, c = 4 } }, client).url)
    end)

    it("takes another base URL for one call", function()
      assert.equal("http://other/x", build("GET /x", nil, { base_url = "http://other" }).url)
    end)

    it("keeps the base URLs of calls and copies apart", function()
      local client = client_with()
      local copy = client:with { base_url = "http://copy/v1" }
      for _ = 1, 2 do
        assert.equal("http://h/v1/x", build("GET /x", nil, nil, client).url)
        assert.equal("http://other/x", build("GET /x", nil, { base_url = "http://other" }, client).url)
        assert.equal("http://copy/v1/x", build("GET /x", nil, nil, copy).url)
      end
    end)
  end)

  describe("header lines", function()
    it("are these", function()
      local client = client_with { organization = "org_1", project = "proj_1",
        headers = { ["X-D"] = 1, ["X-Drop"] = "x" } }
      local fields = headers_of("POST /x", { a = 1 }, { headers = { ["X-Drop"] = json.null, ["X-R"] = "2" } }, client)
      assert.same({ accept = "application/json", ["accept-encoding"] = "gzip", ["content-type"] = "application/json",
        ["openai-organization"] = "org_1", ["openai-project"] = "proj_1", ["user-agent"] = "oai-lua/" .. oai._VERSION,
        ["x-d"] = "1", ["x-drop"] = "", ["x-r"] = "2", ["x-stainless-retry-count"] = "0" }, fields)
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

  describe("content", function()
    it("is the query of a GET, and the body of a POST", function()
      assert.equal("http://h/v1/x?a=1", build("GET /x", { a = 1 }).url)
      assert.is_nil(build("GET /x", { a = 1 }).body)
      assert.equal("http://h/v1/x", build("POST /x", { a = 1 }).url)
      assert.equal('{"a":1}', build("POST /x", { a = 1 }).body)
      assert.equal("{}", build("POST /x").body)
      assert.equal('{"a":1}', build("PUT /x", { a = 1 }).body)
      assert.equal('{"a":1}', build("PATCH /x", { a = 1 }).body)
      assert.equal("http://h/v1/x?a=1", build("DELETE /x", { a = 1 }).url)
    end)

    it("is a form", function()
      local built = build({ "POST /x", form = { "file" } }, { file = { data = "x" }, purpose = "batch" })
      assert.is_nil(built.body)
      assert.same({ "file", "purpose" }, { built.form[1].name, built.form[2].name })
    end)

    it("is parted where some of it belongs into the query", function()
      local built = build({ "POST /x", query = { "include" } }, { include = { "a" }, b = 1 })
      assert.equal("http://h/v1/x?include%5B%5D=a", built.url)
      assert.equal('{"b":1}', built.body)
    end)

    it("has fields of the call's, which win", function()
      assert.same({ a = 1, b = 3 }, json.decode(build("POST /x", { a = 1, b = 2 }, { body = { b = 3 } }).body))
    end)

    it("keeps nulls of a body, and leaves them out of a query", function()
      assert.equal('{"a":null}', build("POST /x", { a = json.null }).body)
      assert.equal("http://h/v1/x", build("GET /x", { a = json.null }).url)
    end)

    it("refuses nulls of a form", function()
      assert.error_matches(function()
        build({ "POST /x", form = { "file" } }, { a = { b = json.null } })
      end, "things.do: a%[b%]: null cannot be sent in a form")
    end)

    it("of invalid text is an error that names it", function()
      for _, line in ipairs { "POST /x", "GET /x", { "POST /x", form = { "file" } } } do
        local built, err = build(line, { messages = { { content = "\255" } } })
        assert.is_nil(built)
        assert.same({ "bad_request", "things.do" }, { err.kind, err.operation })
        assert.equal("messages[1].content: the text is not valid UTF-8", err.message)
      end
    end)

    it("of a wrong type is raised, and named", function()
      for _, line in ipairs { "POST /x", "GET /x", { "POST /x", form = { "file" } } } do
        local done, message = pcall(build, line, { messages = { { content = print } } })
        assert.is_false(done)
        assert.truthy(message:find(
          "request_spec.lua:%d+: oai: things.do: messages%[1%].content: a function cannot be "), message)
      end
      assert.error_matches(function()
        build("POST /x", "text")
      end, "things.do: the parameters must be a table, got string")
    end)

    it("is not changed and not kept", function()
      local params = { tools = {}, messages = { { role = "user", content = "x" } } }
      local options = { headers = { ["X-A"] = "1" }, query = { q = 1 }, body = { b = 2 } }
      local built = build("POST /x", params, options)
      params.messages[1].content = "changed"
      options.headers["X-A"] = "changed"
      assert.same({ { role = "user", content = "x" } }, json.decode(built.body).messages)
      assert.equal("1", fields_of(built.plan.lines)["x-a"])
      assert.same({ tools = {}, messages = { { role = "user", content = "changed" } } }, params)
      assert.same({ headers = { ["X-A"] = "changed" }, query = { q = 1 }, body = { b = 2 } }, options)
    end)
  end)

  describe("the rest", function()
    it("is where the reply goes", function()
      assert.is_nil(build("GET /x").sink)
      assert.same("out.bin", build("GET /x", nil, { save_to = "out.bin" }).save_to)
      local built = build({ "POST /x", stream = "chat" }, { stream = true })
      assert.equal("stream", built.sink)
      assert.equal("chat", built.stream.name)
      assert.is_nil(build("POST /x", { stream = true }).stream)
    end)

    it("is checked", function()
      assert.error_matches(function()
        build("GET /x", nil, { timeot = 5 })
      end, "things.do: unknown option 'timeot'; did you mean 'timeout'?")
      assert.error_matches(function()
        build("GET /x", nil, { proxy = "http://p" })
      end, "things.do: option 'proxy' cannot be given here")
    end)

    it("leaves the client's settings alone", function()
      local client = client_with()
      build("GET /x", nil, { timeout = 1, headers = { ["X-A"] = "1" }, base_url = "http://other" }, client)
      assert.equal(600, build("GET /x", nil, nil, client).settings.options.timeout)
      assert.is_nil(headers_of("GET /x", nil, nil, client)["x-a"])
      assert.equal("http://h/v1/x", build("GET /x", nil, nil, client).url)
    end)
  end)
end)
