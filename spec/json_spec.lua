-- oai.json: what programs see of JSON. What JSON is read and how is in
-- spec/codec/json_spec.lua.

local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start()

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

  it("encodes what works out its fields, and nothing that is private to it", function()
    local failed = { status = 500, headers = { ["retry-after-ms"] = "1" } }
    local list = { json = { object = "list", data = {} } }
    local client = connect.to(server:scenario { replies = { failed, list } }, { max_retries = 1 })
    local texts = {}
    for _, name in ipairs { "request", "response", "retry" } do
      client:on(name, function(told)
        texts[#texts + 1] = oai.json.encode { at = { told } }
        local read = oai.json.decode(texts[#texts]).at[1]
        assert.same(read, oai.json.decode(oai.json.encode(told)))
        texts[#texts] = ("%s %s %s %s"):format(read.event, read.operation, read.attempt, read.status or "-")
        for field in pairs(read) do
          assert.is_nil(field:find "^_")
        end
      end)
    end
    local _, facts = client.models:list()
    assert.equal("request models.list 1 -, response models.list 1 500, retry models.list 1 500, "
      .. "request models.list 2 -, response models.list 2 200", table.concat(texts, ", "))
    local read = oai.json.decode(oai.json.encode(facts))
    assert.same({ 200, 2, "application/json" }, { read.status, read.attempts, read.headers["content-type"] })
    assert.is_nil(read._block)
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
