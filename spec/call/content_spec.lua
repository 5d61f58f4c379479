-- How the parameters of a call become the content of its request: JSON, a form,
-- bytes, or its query.

local built_requests = require "spec.support.built"
local content = require "oai.call.content"
local json = require "oai.codec.json"
local parse = require("oai.call.line").parse
local environment = require "spec.support.environment"

local build, client_with = built_requests.of, built_requests.client

describe("call.content", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  it("is a body for methods that have one", function()
    for method, has in pairs { POST = true, PUT = true, PATCH = true, GET = false, DELETE = false } do
      assert.equal(has, content.has_body(method) or false)
    end
  end)

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
        "%.lua:%d+: oai: things.do: messages%[1%].content: a function cannot be "), message)
    end
    assert.error_matches(function()
      build("POST /x", "text")
    end, "things.do: the parameters must be a table, got string")
  end)

  it("is one parameter where that is the whole body", function()
    local line = { "POST /x", raw = "sdp", content_type = "application/sdp" }
    assert.equal("v=0", build(line, { sdp = "v=0" }).body)
    assert.equal("v=1", build(line, { sdp = "v=0" }, { body = { sdp = "v=1" } }).body)
    assert.error_matches(function()
      build(line, { sdp = 1 })
    end, "things.do: sdp must be a string")
  end)

  it("is the query of a POST that has no body", function()
    local built = build({ "POST /x", body = false }, { a = 1 })
    assert.same({ "http://h/v1/x?a=1" }, { built.url, built.body })
  end)

  it("is what a profile's server calls it, but for what the option 'body' has", function()
    local client = client_with { profile = "mistral" }
    local line = parse("chat.completions.create", "POST /chat/completions")
    local out = { plan = { name = line.name } }
    content.of(line, client._settings.profile)(out, line, { seed = 1 }, { body = { seed = 2 } })
    assert.same({ random_seed = 1, seed = 2 }, json.decode(out.body))
  end)

  it("may be no option: that is told, and where functions are called", function()
    assert.error_matches(function()
      build("POST /x", { timeout = 1 })
    end, "timeout")
    assert.error_matches(function()
      build("POST /x", { tools = { print } })
    end, "things.do: tools[1]: a function cannot be", 1, true)
    for name, said in pairs { ["responses.create"] = "; functions are called by client.responses:run (docs/tools.md)",
      ["beta.agents.create"] = "; functions by name are an option of sessions:stream (docs/agents.md)" } do
      local line = parse(name, "POST /x")
      local _, message = pcall(content.json, { plan = { name = name } }, line, { tools = { { run = print } } })
      assert.truthy(tostring(message):find(said, 1, true), tostring(message))
    end
  end)

  it("has the query's values behind those that are there", function()
    local out = { plan = { name = "x" }, url = "http://h/x?a=1" }
    content.append_query(out, { b = "2 3" })
    assert.equal("http://h/x?a=1&b=2%203", (out.url:gsub("%+", "%%20")))
    assert.error_matches(function()
      content.append_query(out, { b = print })
    end, "x: b: ", 1, true)
  end)

  it("with more of it is another table", function()
    local params = { a = 1 }
    assert.equal(params, content.with_extra(params, {}))
    assert.same({ a = 2, b = 3 }, content.with_extra(params, { body = { a = 2, b = 3 } }))
    assert.same({ a = 1 }, params)
  end)
end)
