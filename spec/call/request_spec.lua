-- A call as data: where it goes, with which header lines and which body. No
-- server is needed. Facts are in spec/support/facts/request.lua.

local built_requests = require "spec.support.built"
local environment = require "spec.support.environment"
local facts = require "spec.support.facts.request"
local json = require "oai.codec.json"
local parse = require("oai.call.line").parse
local oai = require "oai"
local request = require "oai.call.request"

local client_with, build, build_free = built_requests.client, built_requests.of, built_requests.free
local fields_of, headers_of = built_requests.fields, built_requests.headers

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

  describe("the rest", function()
    it("is where the reply goes", function()
      assert.is_nil(build("GET /x").sink)
      assert.same("out.bin", build("GET /x", nil, { save_to = "out.bin" }).save_to)
      local built = build({ "POST /x", stream = "chat" }, { stream = true })
      assert.equal("stream", built.sink)
      assert.equal("chat", built.stream.name)
      assert.is_nil(build("POST /x", { stream = true }).stream)
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
