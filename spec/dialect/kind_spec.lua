-- Objects and lists, told apart.

local json = require "oai.codec.json"
local kind = require "oai.dialect.kind"

describe("kind", function()
  for _, case in ipairs {
    { '{"a":1}', true, false }, { "[1]", false, true }, { "[null]", false, true }, { "[]", false, true },
    { "{}", true, true }, { "1", false, false }, { '"s"', false, false }, { "true", false, false },
    { "null", false, false },
  } do
    it("of " .. case[1], function()
      local value = json.decode(case[1])
      assert.same({ case[2], case[3] }, { kind.is_object(value), kind.is_list(value) })
      assert.same(case[2] and value or {}, kind.object(value))
      assert.same(case[3] and value or {}, kind.list(value))
    end)
  end
end)
