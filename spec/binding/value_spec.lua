-- What the core does on JSON values, and what it leaves to lua-cjson.

local cjson = require "cjson"
local core = require "oai.core"

describe("binding.value", function()
  describe("value_read", function()
    it("reads what stands for itself", function()
      assert.same({ n = 2, true, { a = { 1, "x", true }, b = false } },
        { n = select("#", core.value_read '{"a":[1,"x",true],"b":false}'),
          core.value_read '{"a":[1,"x",true],"b":false}' })
      assert.same({ true, "x" }, { core.value_read '"x"' })
    end)

    it("lists what is lua-cjson's, in its order", function()
      local _, value, list, places = core.value_read '{"a":1.5,"b":["\\n",{"c":1e2}],"d":[0.5,2]}'
      assert.equal('[1.5,"\\n",1e2,0.5]', list)
      assert.equal(8, #places)
      local filled = core.value_fill(value, { "A", "B", "C", "D" }, places)
      assert.equal(value, filled)
      assert.same({ a = "A", b = { "B", { c = "C" } }, d = { "D", 2 } }, filled)
      local _, whole, only = core.value_read "1.5"
      assert.same({ "[1.5]", "x" }, { only, core.value_fill(whole, { "x" }) })
    end)

    it("has no value for null, and refuses what is no JSON", function()
      assert.same({ n = 1, true }, { n = select("#", core.value_read "null"), core.value_read "null" })
      for _, text in ipairs { "", "{", '{"a":1,}', "[1] x", '"a', "[1\0]" } do
        assert.same({ n = 1, false }, { n = select("#", core.value_read(text)), core.value_read(text) })
      end
    end)

    it("marks empty arrays", function()
      local _, value = core.value_read '{"a":[],"b":{},"c":[1]}'
      assert.equal(core.array_mt, getmetatable(value.a))
      assert.is_nil(getmetatable(value.b))
      assert.is_nil(getmetatable(value.c))
    end)
  end)

  describe("value_write", function()
    local function write(value)
      return core.value_write(value, { tools = true }, { metadata = true })
    end

    it("writes every sort of value", function()
      assert.equal('{"a":[1,"x/\195\164\127",true,null,0.5]}',
        write { a = { 1, "x/\195\164\127", true, cjson.null, 0.5 } })
      assert.equal('[{"tools":[]},{"metadata":{}},{"metadata":{"1":1}}]',
        write { { tools = {} }, { metadata = {} }, { metadata = { 1 } } })
    end)

    it("escapes what JSON wants escaped, and nothing else", function()
      assert.equal('"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u0001\\u001f \127"', write '"\\/\b\f\n\r\t\0\1\31 \127')
      assert.equal('{"\\n":""}', write { ["\n"] = "" })
    end)

    it("grows as it must", function()
      for _, length in ipairs { 1000, 1022, 1023, 1024, 5000, 100000 } do
        local long, lines = ("x"):rep(length), ("\n"):rep(length)
        assert.equal(('["%s","%s","%s"]'):format(long, ("\\n"):rep(length), long), write { long, lines, long })
      end
    end)

    it("gives a path and a reason", function()
      assert.same({ n = 3, nil, "a[1]", "a function cannot be JSON" },
        { n = select("#", write { a = { print } }), write { a = { print } } })
    end)

    it("wants two sets", function()
      assert.error(function()
        core.value_write({}, {})
      end)
    end)
  end)
end)
