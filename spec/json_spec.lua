-- oai.json: what programs see of JSON. What JSON is read and how is in
-- spec/codec/json_spec.lua.

local oai = require "oai"

describe("oai.json", function()
  it("encodes as calls do", function()
    assert.equal('{"a":[1,"x",null],"metadata":{},"tools":[]}',
      oai.json.encode { tools = {}, metadata = {}, a = { 1, "x", oai.null } })
    assert.equal("null", oai.json.encode(oai.null))
  end)

  it("raises what cannot be JSON, with its path, at the caller's line", function()
    local message = select(2, pcall(oai.json.encode, { messages = { { content = "\255" } } }))
    assert.truthy(message:find("oai.json.encode: messages[1].content: the text is not valid UTF-8", 1, true), message)
    message = select(2, pcall(oai.json.encode, print))
    assert.truthy(message:find("oai.json.encode: a function cannot be JSON", 1, true), message)
    message = select(2, pcall(function()
      oai.json.encode(0 / 0)
    end))
    assert.truthy(message:find("json_spec.lua:%d+: oai"), message)
  end)

  it("decodes as replies are", function()
    assert.same({ a = { 1, oai.null } }, oai.json.decode '{"a":[1,null],"b":null}')
    assert.equal(oai.null, oai.json.decode " null ")
    assert.is_false(oai.json.decode "false")
  end)

  it("gives an error for what is no JSON", function()
    local value, err = oai.json.decode '{"a":'
    assert.is_nil(value)
    assert.is_true(oai.is_error(err))
    assert.same({ "decode", "no JSON: unexpected end", '{"a":' }, { err.kind, err.message, err.body })
    assert.equal(2 ^ 20, #select(2, oai.json.decode(("x"):rep(2 ^ 20 + 1))).body)
  end)

  it("wants a string", function()
    assert.error_matches(function()
      oai.json.decode(nil)
    end, "oai.json.decode: expected a string, got nil")
  end)
end)
