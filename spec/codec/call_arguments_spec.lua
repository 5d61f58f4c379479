-- The arguments of a call, in all the forms in which servers give them.

local json = require "oai.codec.json"
local text_of = require "oai.codec.call_arguments"

describe("codec.call_arguments", function()
  it("are nothing where nothing is given", function()
    assert.equal("{}", text_of(nil))
    for _, given in ipairs { json.null, "", " \n", "null", " null " } do
      assert.equal("{}", text_of(given))
    end
  end)

  it("are written as a text where they are an object", function()
    assert.equal('{"a":1}', text_of { a = 1 })
    assert.equal("{}", text_of(json.object()))
    assert.equal("[1]", text_of { 1 })
  end)

  it("are read from a text in a text", function()
    assert.equal('{"a":1}', text_of '"{\\"a\\":1}"')
    assert.equal('{"a":1}', text_of ' "{\\"a\\":1}" ')
  end)

  it("stay as they are where they are any other text", function()
    for _, given in ipairs { '{"a":1}', "{bad", "[]", "5", '"x"', '"{', "nullable", '{"a":null}' } do
      assert.equal(given, text_of(given))
    end
  end)

  it("are none where they are no text and no table", function()
    for _, given in ipairs { 5, true, false } do
      assert.is_nil(text_of(given))
    end
  end)
end)
