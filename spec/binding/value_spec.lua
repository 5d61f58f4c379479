-- JSON in the core: what it is handed, and what it hands back. What JSON is
-- is in spec/codec/json_spec.lua.

local cjson = require "cjson"
local core = require "oai.core"

describe("binding.value", function()
  describe("value_read", function()
    it("gives true, the value, and whether that is a table", function()
      assert.same({ n = 3, true, { a = { 1, "x", true }, b = false }, true },
        { n = select("#", core.value_read '{"a":[1,"x",true],"b":false}'),
          core.value_read '{"a":[1,"x",true],"b":false}' })
      assert.same({ true, "x", false }, { core.value_read '"x"' })
    end)

    it("has no value for null, and refuses what is no JSON", function()
      assert.same({ n = 3, true, nil, false }, { n = select("#", core.value_read "null"), core.value_read "null" })
      for _, text in ipairs { "", "{", '{"a":1,}', "[1] x", '"a', "[1\0]" } do
        local done, reason, is_table = core.value_read(text)
        assert.is_false(done)
        assert.is_string(reason)
        assert.is_false(is_table)
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
    local function write(value, foreign, refused)
      return core.value_write(value, { tools = true }, { metadata = true }, foreign or {}, refused or {})
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
      for length = 980, 1030 do -- escapes, and text behind them, where the first block ends
        local x, y = ("x"):rep(length), ("y"):rep(17)
        local expected = ('["%s\\u0001\\"%s\\u0002\\u0002\\u0002\\u0002",{"a":1,"b":2}]'):format(x, y)
        assert.equal(expected, write { x .. '\1"' .. y .. ("\2"):rep(4), { b = 2, a = 1 } })
      end
    end)

    it("gives a path and a reason", function()
      assert.same({ n = 4, nil, "a[1]", "a function cannot be JSON", false },
        { n = select("#", write { a = { print } }), write { a = { print } } })
    end)

    it("writes what others have as it is told", function()
      local null, mark = setmetatable({}, { __tojson = print }), {}
      local marked = setmetatable({}, mark)
      assert.equal('[null,[],null,[]]',
        write({ null, marked, print, io.stdout },
          { [null] = "null", [mark] = "array", [print] = "null", [io.stdout] = "[]" }))
      assert.equal('{"a":{}}', write({ a = marked }, { [mark] = "object" }))
      assert.same({ nil, "[1]", "its metatable has __tojson, which is not called: put the fields", false },
        { write { null } })
    end)

    it("refuses fields of the value itself by their names", function()
      local refused = { a = true }
      for _, value in ipairs { { a = 1 }, { a = {}, b = 1 }, { b = 1, a = "x" } } do
        local text, path, reason = write(value, nil, refused)
        assert.same({ n = 3, nil, "", "the field is refused" }, { n = 3, text, path, reason })
      end
      assert.equal('{"b":{"a":1}}', write({ b = { a = 1 } }, nil, refused))
      assert.equal('[{"a":1},"a"]', write({ { a = 1 }, "a" }, nil, refused))
      assert.equal('"a"', write("a", nil, refused))
    end)

    it("says whether what cannot be JSON is a text that is no UTF-8, whatever it says of it", function()
      for _, case in ipairs { { { a = "\255" }, "a", true }, { { "x", ["UTF-8"] = print }, "", false },
        { { ["\255"] = 1 }, "", true }, { { print }, "[1]", false },
        { { a = { ["UTF-8"] = print } }, "a.UTF-8", false } } do
        local text, path, reason, has_bad_text = write(case[1])
        assert.is_nil(text)
        assert.is_string(reason)
        assert.same({ case[2], case[3] }, { path, has_bad_text })
      end
      assert.equal(1, select("#", write { "\195\164" }))
    end)

    it("wants three sets and a table", function()
      for i = 2, 5 do
        local given = { {}, {}, {}, {}, {} }
        given[i] = false
        assert.error(function()
          core.value_write(given[1], given[2], given[3], given[4], given[5])
        end)
      end
    end)
  end)
end)
