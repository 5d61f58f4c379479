-- What the core does on JSON values beside lua-cjson: marks of empty arrays,
-- shared beginnings, and what is left where there is nothing to do.

local core = require "oai.core"

local SETS = { { tools = true }, { metadata = true } }

local function prepare(value)
  return core.value_prepare(value, SETS[1], SETS[2])
end

describe("binding.value", function()
  describe("value_mark", function()
    it("gives a text without empty arrays back", function()
      for _, text in ipairs { "", "{}", "[1]", "[[1],{}]", '"[ x"', "[" } do
        assert.equal(text, core.value_mark(text))
      end
    end)

    it("marks empty arrays only", function()
      for _, text in ipairs { "[]", "[ \n]", '{"a":[]}', "[[],[1]]" } do
        assert.are_not.equal(text, core.value_mark(text))
      end
      for _, text in ipairs { '"[]"', '{"[]":"[ ]"}', '"\\"[]"', '"\\\\\\"[]"', '"unfinished []' } do
        assert.equal(text, core.value_mark(text))
      end
    end)
  end)

  describe("long strings", function()
    local LONG = ("x"):rep(200)

    local function is_left_out(text)
      return not core.value_mark(text):find(LONG, 1, true)
    end

    it("are left out where they are values without an escape", function()
      for _, text in ipairs { '{"a":"%s"}', '{"a":1, "b": "%s" ,"c":[]}', '["%s"]', '[1,[{"a":["%s","b"]}]]' } do
        assert.is_true(is_left_out(text:format(LONG)), text)
      end
      for _, text in ipairs { '{"%s":1}', '{"%s" :1}', '["%s\\n"]', '["%s\\\\"]', '["%s\0"]', '["%s', '"%s' } do
        assert.is_false(is_left_out((text:gsub("%%s", LONG))), text)
      end
      local short = '["' .. ("x"):rep(50) .. '"]'
      assert.equal(short, core.value_mark(short))
    end)

    it("are put back", function()
      local reference = core.value_mark('[1,"' .. LONG .. '"]'):match '"(.*)"'
      local text = ("[1,%q]"):format(LONG)
      assert.same({ a = LONG, b = { 1, LONG }, c = "d" },
        core.value_clean({ a = reference, b = { 1, reference }, c = "d" }, text))
      assert.equal(LONG, core.value_clean(reference, text))
      assert.same({ reference }, core.value_clean({ reference }))
      assert.same({ reference }, core.value_clean({ reference }, "[1]")) -- it points beyond the text
    end)
  end)

  describe("value_clean", function()
    it("gives other values back", function()
      for _, value in ipairs { "x", 1, true, false } do
        assert.equal(value, core.value_clean(value))
      end
    end)

    it("cleans the table it is given", function()
      local value = { a = { b = 1 } }
      assert.equal(value, core.value_clean(value))
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

  describe("value_head and value_tail", function()
    local HEAD = '{"id":"0123456789","created":1,"model":"m",'
    local ONE, OTHER = HEAD .. '"n":1}', HEAD .. '"n":2}'

    it("part objects that begin alike", function()
      assert.equal(HEAD, core.value_head(ONE, OTHER))
      assert.equal('{"n":2}', core.value_tail(OTHER, HEAD))
    end)

    it("part nothing else", function()
      assert.is_nil((core.value_head(ONE, "{}")))
      assert.is_nil((core.value_head("", "")))
      assert.is_nil((core.value_head("[" .. ONE, "[" .. OTHER)))
      assert.is_nil((core.value_tail("{}", HEAD)))
      assert.is_nil((core.value_tail(HEAD, HEAD)))
      assert.is_nil((core.value_tail(HEAD .. "}", HEAD)))
    end)
  end)
end)
