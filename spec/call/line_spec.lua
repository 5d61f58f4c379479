-- Endpoint lines as they are read.

local line = require "oai.call.line"

describe("line.parse", function()
  it("reads a line", function()
    local parsed = line.parse("a.b", "POST /x/{x_id}/y/{y_id}")
    assert.equal("POST", parsed.method)
    assert.equal("/x/{x_id}/y/{y_id}", parsed.template)
    assert.same({ "x_id", "y_id" }, parsed.ids)
    assert.equal("json", parsed.returns)
    assert.is_nil(parsed.page)
  end)

  it("reads flags, those of the line before those of the resource", function()
    local parsed = line.parse("a.b", { "GET /x", page = "cursor", beta = "own" }, { beta = "all", admin = true })
    assert.equal("cursor", parsed.page)
    assert.equal("own", parsed.beta)
    assert.is_true(parsed.admin)
  end)

  it("knows which fields of a form are files, and its rules", function()
    local parsed = line.parse("a.b", { "POST /x", form = { "file", paths = true } })
    assert.same({ file = true }, parsed.form)
    assert.is_true(parsed.form_rules.paths)
    assert.is_nil(parsed.without_file)
  end)

  it("has a second form for an operation that takes JSON too", function()
    local parsed = line.parse("a.b", { "POST /x", form = { "file", json = true } })
    assert.is_nil(parsed.without_file.form)
    assert.equal("a.b", parsed.without_file.name)
  end)
end)

describe("line.target", function()
  it("reads method and template", function()
    assert.same({ "GET", "/x/{y}" }, { line.target "GET /x/{y}" })
    assert.same({ "GET", "/x" }, { line.target { "GET /x", page = "cursor" } })
  end)

  it("is nil for what is no line", function()
    for _, value in ipairs { "x", {}, { "x" }, true, 1, print } do
      assert.is_nil(line.target(value))
    end
    assert.same({}, line.ids(nil))
  end)
end)

describe("line.kept", function()
  it("reads a line of a resource once, under another name", function()
    local bound = { _name = "things", _definition = { retrieve = "GET /things/{thing_id}", create = "POST /things" } }
    local endpoint = line.kept(bound, "follow", "retrieve")
    assert.equal("things.follow", endpoint.name)
    assert.equal("/things/{thing_id}", endpoint.template)
    assert.equal(endpoint, line.kept(bound, "follow", "retrieve"))
    assert.equal("POST", line.kept(bound, "create", "create").method)
  end)
end)
