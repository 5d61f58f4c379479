-- What options come to: where calls go, what their header says, and what a
-- copy or a single call changes of it.

local environment = require "spec.support.environment"
local settings = require "oai.settings"

local function new(given)
  return settings.new(given)
end

describe("settings", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  it("keep options as they were given, and what is derived of them apart", function()
    local made = new { base_url = "http://h:80/v1/#part", timeout = 5 }
    assert.equal("http://h:80/v1/#part", made.options.base_url)
    assert.equal(5, made.options.timeout)
    assert.same({ "http://h:80/v1/", "http://h:80/v1" }, { made.base_url, made.prefix })
    assert.is_nil(made.timeout)
    assert.is_nil(new({ base_url = "http://h/v1?a=b" }).prefix)
  end)

  it("keep no table of the caller's", function()
    local headers, query = { ["X-A"] = "1" }, { a = "1" }
    local made = new { headers = headers, query = query }
    local copy = settings.with(made, { headers = headers, query = query })
    headers["X-A"], query.a = "2", "2"
    for _, one in ipairs { made, copy } do
      assert.equal("1", one.default_headers["x-a"])
      assert.equal("1", one.query.a)
    end
  end)

  it("lay header fields over those of the environment, whatever the case of their names", function()
    environment.set { OPENAI_CUSTOM_HEADERS = "X-A: env\nX-B: env\nX-C: env" }
    local made = new { headers = { ["x-b"] = "client" } }
    local copy = settings.with(made, { headers = { ["X-C"] = "copy" } })
    assert.same({ ["x-a"] = "env", ["x-b"] = "client", ["x-c"] = "env" }, made.default_headers)
    assert.same({ ["x-a"] = "env", ["x-b"] = "client", ["x-c"] = "copy" }, copy.default_headers)
    assert.same(copy.default_headers, settings.with(copy, { timeout = 1 }).default_headers)
  end)

  it("of a copy have plans of their own, and what they do not change of the client's", function()
    local made = new { api_key = "sk-spec-0123456789", base_url = "http://h/v1" }
    local copy = settings.with(made, { timeout = 1, organization = "org" })
    assert.is_not.equal(made.plans, copy.plans)
    assert.equal(made.credentials, copy.credentials)
    assert.same({ 600, 1 }, { made.options.timeout, copy.options.timeout })
    assert.same({ "org" }, { copy.own_headers["OpenAI-Organization"] })
    assert.is_nil(made.own_headers["OpenAI-Organization"])
    assert.equal("http://h/v1", copy.base_url)
    assert.is_not.equal(made.credentials, settings.with(made, { admin_api_key = "sk-spec-admin-0123" }).credentials)
  end)

  it("of a call share the client's plans, unless the call's header or transfer is another", function()
    local made = new { base_url = "http://h/v1" }
    local shared = { { timeout = 1 }, { query = { a = 1 } }, { log = "off" }, { api_key = false } }
    for _, given in ipairs(shared) do
      assert.equal(made.plans, settings.of_call(made, given).plans)
    end
    for _, given in ipairs { { headers = { a = "1" } }, { organization = "o" }, { project = "p" },
      { base_url = "http://other" }, { connect_timeout = 1 }, { fresh_connection = true }, { http_version = "2" },
      { max_reply_bytes = 1 }, { max_event_bytes = 1 } } do
      assert.is_nil(settings.of_call(made, given).plans)
      assert.is_nil(settings.of_call(made, given).stream_plans)
    end
    assert.same({ 5, 1 }, { made.transfer.connect_timeout,
      settings.of_call(made, { connect_timeout = 1 }).transfer.connect_timeout })
  end)

  it("of a call leave the client's and the options' table alone", function()
    local made, given = new { query = { a = "1" } }, { api_key = "sk-spec-0123456789", query = { b = "2" } }
    local of_call = settings.of_call(made, given)
    assert.same({ a = "1", b = "2" }, of_call.query)
    assert.same({ a = "1" }, made.query)
    assert.equal("sk-spec-0123456789", given.api_key)
    assert.is_not.equal("string", type(of_call.options.api_key))
    assert.is_nil(made.options.api_key)
  end)
end)
