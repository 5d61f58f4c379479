-- What the core does on JSON values beside lua-cjson, and what it leaves to it.

local core = require "oai.core"

local SETS = { { tools = true }, { metadata = true } }

local function prepare(value)
  return core.value_prepare(value, SETS[1], SETS[2])
end

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

  describe("value_prepare", function()
    it("gives back what needs no change", function()
      local value = { a = { 1, "x", true }, metadata = {} }
      assert.same({ n = 2, value }, { n = select("#", prepare(value)), prepare(value) })
      assert.equal(value, (prepare(value)))
    end)

    it("copies only what it must change", function()
      local same, changed = { 1 }, { tools = {} }
      local value = { same = same, changed = changed }
      local prepared, raws = prepare(value)
      assert.are_not.equal(value, prepared)
      assert.equal(same, prepared.same)
      assert.are_not.equal(changed, prepared.changed)
      assert.same({ "[]" }, raws)
      assert.same({}, changed.tools)
    end)

    it("raises a path and a reason", function()
      local done, err = pcall(prepare, { a = { print } })
      assert.is_false(done)
      assert.same({ "a[1]", "a function cannot be JSON" }, err)
    end)
  end)
end)
