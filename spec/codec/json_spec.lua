-- JSON both ways, the same on both lineages of lua-cjson. Facts are in
-- spec/support/facts/json.lua.

local cjson = require "cjson"
local core = require "oai.core"
local facts = require "spec.support.facts.json"
local json = require "oai.codec.json"

local math_type = rawget(math, "type")
local maxinteger, mininteger = rawget(math, "maxinteger"), rawget(math, "mininteger")

-- One lineage reads integers as integers, where Lua has them.
local reads_integers = math_type ~= nil and math_type(cjson.decode("9007199254740993")) == "integer"

local function shown(text)
  return #text > 50 and text:sub(1, 50) .. "..." or text
end

describe("codec.json", function()
  describe("decode and encode", function()
    for _, text in ipairs(facts.round_trips) do
      it("keep " .. shown(text), function()
        assert.equal(text, (json.encode(json.decode(text)):gsub("\\/", "/")))
      end)
    end

    for _, fact in ipairs(facts.rewritten) do
      it("make " .. fact[2] .. " of " .. fact[1], function()
        assert.equal(fact[2], json.encode(json.decode(fact[1])))
      end)
    end

    for _, number in ipairs(facts.numbers) do
      it(("keep %.17g"):format(number), function()
        assert.equal(number, json.decode((json.encode(number))))
        assert.equal(number, json.decode(json.encode { a = { number } }).a[1])
      end)
    end

    it("keep all control characters and bytes of a string", function()
      local bytes = {}
      for code = 0, 127 do
        bytes[#bytes + 1] = string.char(code)
      end
      local text = table.concat(bytes)
      assert.equal(text, json.decode((json.encode(text))))
      assert.equal(text, json.decode(json.encode { [text] = text })[text])
    end)
  end)

  describe("decode", function()
    it("leaves nulls of objects out and keeps those of arrays", function()
      local value = json.decode '{"a":null,"b":[null,1],"c":{"d":null}}'
      assert.same({ b = { json.null, 1 }, c = {} }, value)
    end)

    it("gives nil for null, without a reason", function()
      assert.equal(0, select("#", json.decode "null"))
    end)

    it("gives false for false", function()
      assert.is_false(json.decode "false")
    end)

    it("gives arrays their length", function()
      local value = json.decode '{"a":[],"b":[null],"c":[[],[]]}'
      assert.same({ 0, 1, 2 }, { #value.a, #value.b, #value.c })
    end)

    it("keeps keys strings", function()
      assert.same({ ["1"] = "a" }, json.decode '{"1":"a"}')
    end)

    it("takes the last of equal keys", function()
      assert.same({ a = 2 }, json.decode '{"a":1,"a":2}')
    end)

    it("takes no string of an array for an empty array", function()
      assert.same({ "\1[]" }, json.decode '["\\u0001[]"]')
      assert.same({ "\1[]", {} }, json.decode '["\\u0001[]",[]]')
      assert.same({ { "\1[]" } }, json.decode '[["\\u0001\\u005b]"]]')
    end)

    if math_type then
      it("makes whole numbers integers", function()
        for text, expected in pairs { ["12"] = "12", ["12.0"] = "12", ["1e3"] = "1000", ["-5"] = "-5",
          ["9007199254740992"] = "9007199254740992" } do
          assert.equal(expected, tostring(json.decode(text)))
          assert.equal(expected, tostring(json.decode("[" .. text .. "]")[1]))
        end
      end)

      it("leaves other numbers floats", function()
        assert.equal("float", math_type(json.decode "0.5"))
        assert.equal("float", math_type(json.decode "1e300"))
        assert.equal("float", math_type(json.decode "-0.0"))
      end)
    end

    if reads_integers then
      it("is exact to 63 bits", function()
        for _, n in ipairs { maxinteger, mininteger, 9007199254740993 } do
          assert.equal(n, json.decode(tostring(n)))
          assert.equal("integer", math_type(json.decode("[" .. tostring(n) .. "]")[1]))
        end
      end)
    end

    for _, text in ipairs(facts.not_json) do
      it("refuses '" .. text .. "' with a reason", function()
        local value, reason = json.decode(text)
        assert.is_nil(value)
        assert.is_string(reason)
        assert.is_nil(reason:find(".lua:", 1, true))
      end)
    end

    it("takes 1000 levels and no more", function()
      assert.is_table(json.decode(("["):rep(1000) .. ("]"):rep(1000)))
      assert.is_string(select(2, json.decode(("["):rep(1001) .. ("]"):rep(1001))))
    end)

    it("takes a large text", function()
      local text = "[" .. ("[],"):rep(100000) .. '"x"]'
      assert.equal(100001, #json.decode(text))
    end)
  end)

  describe("encode", function()
    for i, fact in ipairs(facts.encoded) do
      it(("gives %s (%d)"):format(shown(fact[2]), i), function()
        assert.equal(fact[2], (json.encode(fact[1])))
      end)
    end

    for i, fact in ipairs(facts.refused) do
      it(("refuses value %d at '%s': %s"):format(i, fact[2], fact[3]), function()
        local text, path, reason = json.encode(fact[1])
        assert.is_nil(text)
        assert.equal(fact[2], path)
        assert.truthy(reason:find(fact[3], 1, true), reason)
      end)
    end

    it("takes 1000 levels and no more", function()
      assert.equal(2000, #json.encode(facts.nested(1000)))
      for depth = 1001, 1003 do
        local text, path, reason = json.encode(facts.nested(depth))
        assert.is_nil(text)
        assert.equal(3000, #path)
        assert.equal("nested too deeply", reason)
      end
    end)

    if maxinteger then
      it("keeps all digits of an integer", function()
        assert.equal("9223372036854775807", (json.encode(maxinteger)))
        assert.equal("-9223372036854775808", (json.encode(mininteger)))
        assert.equal("[9007199254740993]", (json.encode { 9007199254740993 }))
      end)
    end

    it("never changes what it is given", function()
      local tools, mark = {}, json.array()
      local inner = { n = 0.1 + 0.2, text = "\1oai:1", logit_bias = { [5] = 1 }, empty = mark }
      local given = { tools = tools, list = { inner, 2 ^ 53 } }
      assert.is_string((json.encode(given)))
      assert.same({ tools = {}, list = { { n = 0.1 + 0.2, text = "\1oai:1", logit_bias = { [5] = 1 }, empty = {} },
        2 ^ 53 } }, given)
      assert.equal(tools, given.tools)
      assert.equal(inner, given.list[1])
      assert.is_nil(getmetatable(tools))
      assert.equal(core.array_mt, getmetatable(mark))
    end)

    it("does not call metamethods", function()
      local function refuse()
        error("called")
      end
      local metatable = { __index = refuse, __len = refuse, __pairs = refuse }
      assert.equal('{"a":1}', (json.encode(setmetatable({ a = 1 }, metatable))))
      assert.equal('[[1,2]]', (json.encode { setmetatable({ 1, 2 }, metatable) }))
    end)

    it("does not change the lua-cjson of others", function()
      local before = cjson.encode { 1.5 }
      json.encode { 0.1 + 0.2 }
      assert.equal(before, cjson.encode { 1.5 })
      assert.is_nil(cjson.decode("[]")[1])
    end)
  end)

  describe("array and object", function()
    it("mark the table they are given", function()
      local items, fields = {}, {}
      assert.equal(items, json.array(items))
      assert.equal(fields, json.object(fields))
    end)

    it("refuse what is no table", function()
      assert.error_matches(function()
        json.array("x")
      end, "oai.array: expected a table, got string")
      assert.error_matches(function()
        json.object(1)
      end, "oai.object: expected a table, got number")
    end)
  end)
end)

describe("json.decode of what is no JSON", function()
  for _, text in ipairs { '{,"a":null}', '{"b":1,,"a":null}', '{"b":1,"a":null,}', '{"a":null', '[1,]', '{"a":}' } do
    it("refuses " .. text, function()
      local value, reason = json.decode(text)
      assert.is_nil(value)
      assert.is_string(reason)
    end)
  end
end)
