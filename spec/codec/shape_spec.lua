-- The lists of fields whose empty table is known to be an array or a map.

local shape = require "oai.codec.shape"

describe("codec.shape", function()
  it("holds what requests are made of", function()
    for _, name in ipairs { "tools", "messages", "input", "required", "enum", "include", "stop", "file_ids",
      "anyOf" } do
      assert.is_true(shape.arrays[name], name)
    end
    for _, name in ipairs { "metadata", "properties", "logit_bias", "attributes", "$defs" } do
      assert.is_true(shape.maps[name], name)
    end
  end)

  it("holds no name twice", function()
    for name in pairs(shape.arrays) do
      assert.is_nil(shape.maps[name], name)
    end
  end)

  it("leaves out what is both, or an object", function()
    for _, name in ipairs { "items", "parameters", "schema", "filter", "response_format", "data", "type" } do
      assert.is_nil(shape.arrays[name], name)
      assert.is_nil(shape.maps[name], name)
    end
  end)
end)
