-- An attempt with the header lines of its provider. No server is needed.

local signed = require "oai.call.signed"

local function request_with(lines, given, err)
  local credentials = {
    sign = function()
      return given, err
    end,
  }
  local plan = { lines = lines, provider = { name = "p" }, method = "GET" }
  return { plan = plan, settings = { credentials = credentials } }
end

local function sign(lines, given, err)
  local request = request_with(lines, given, err)
  local state = { request = request }
  local made, failure = signed.request(state, request)
  return made, failure, state, request
end

describe("call.signed", function()
  it("adds the provider's lines behind those of the request, which is left as it was", function()
    local lines = { "Accept: a/b", "X-Count: 0" }
    local made, _, state, request = sign(lines, { ["X-B"] = "2", ["X-A"] = "1" })
    assert.same({ "Accept: a/b", "X-Count: 0", "X-A: 1", "X-B: 2" }, made.plan.lines)
    assert.same({ "X-A: 1", "X-B: 2" }, state.request.signature)
    assert.equal(lines, request.plan.lines)
    assert.same({ "Accept: a/b", "X-Count: 0" }, lines)
    assert.equal("GET", made.plan.method)
  end)

  it("puts them in the place of lines with that name, whatever its case", function()
    local made = sign({ "Content-Type: a", "X-Empty;", "X-None:" }, { ["content-type"] = "b", ["x-empty"] = "c" })
    assert.same({ "X-None:", "content-type: b", "x-empty: c" }, made.plan.lines)
  end)

  it("says why there are none", function()
    local made, err = sign({}, nil, "why not")
    assert.is_nil(made)
    assert.equal("why not", err)
  end)

  it("raises for what is no header field", function()
    for name, value in pairs { ["X-A"] = "a\nb", ["X A"] = "1", ["X-B"] = print } do
      local done, raised = pcall(sign, {}, { [name] = value })
      assert.is_false(done)
      assert.truthy(tostring(raised):find("the provider 'p': header '" .. name .. "'", 1, true), tostring(raised))
    end
  end)
end)
