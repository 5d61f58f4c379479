-- JSON both ways. Facts are in spec/support/facts/json.lua; lua-cjson, in
-- either of its lineages, reads what is written here.

local cjson = require "cjson"
local child = require "spec.support.child"
local core = require "oai.core"
local facts = require "spec.support.facts.json"
local json = require "oai.codec.json"
local locale = require "spec.support.locale"
local printable = require "oai.printable"
local server = require "spec.support.server"

local math_type = rawget(math, "type")
local maxinteger, mininteger = rawget(math, "maxinteger"), rawget(math, "mininteger")

-- Texts of fractions with 1 to 25 digits and small or large exponents, the
-- same in every run.
local function random_numbers()
  local state = 42
  local function below(n)
    state = (state * 16807) % 2147483647
    return state % n
  end
  return function()
    local digits = {}
    for i = 1, 1 + below(25) do
      digits[i] = below(10)
    end
    local exponent = below(3) == 0 and ("e%d"):format(below(640) - 330) or ""
    return ("%s%d.%s%s"):format(below(2) == 0 and "-" or "", below(10 ^ below(9)), table.concat(digits), exponent)
  end
end

local function shown(text)
  return #text > 50 and text:sub(1, 50) .. "..." or text
end

describe("codec.json", function()
  describe("decode and encode", function()
    for _, text in ipairs(facts.round_trips) do
      it("keep " .. shown(text), function()
        assert.equal(text, (json.encode(json.decode(text))))
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
      local value, reason = json.decode "null"
      assert.is_nil(value)
      assert.is_nil(reason)
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

    it("tells keys apart that differ in one byte, wherever that is", function()
      for length = 1, 64 do
        local key = ("k"):rep(length)
        for at = 1, length do
          local other = key:sub(1, at - 1) .. "x" .. key:sub(at + 1)
          for _ = 1, 2 do -- the second time they are known
            assert.same({ [key] = 1, [other] = 2 }, json.decode(('{"%s":1,"%s":2}'):format(key, other)))
          end
        end
      end
    end)

    it("takes the last of equal keys", function()
      for _, fact in ipairs {
        { '{"a":1,"a":2}', { a = 2 } }, { '{"a":0.5,"a":2}', { a = 2 } }, { '{"a":2,"a":0.5}', { a = 0.5 } },
        { '{"a":0.5,"a":0.25}', { a = 0.25 } }, { '{"a":1,"a":null}', {} }, { '{"a":0.5,"a":null}', {} },
        { '{"a":null,"a":1}', { a = 1 } }, { '{"a":{"b":0.5},"a":[0.5]}', { a = { 0.5 } } },
      } do
        assert.same(fact[2], json.decode(fact[1]), fact[1])
      end
      for _, key in ipairs { "", "k", ("k"):rep(40), ("k"):rep(41) } do -- the longest is no known one
        for _, between in ipairs { "", '"b":1,', '"b":0.5,', '"b":1,"c":0.5,', '"b":0.5,"c":1,"b":1,' } do
          for _, values in ipairs { { "1", "2" }, { "0.5", "2" }, { "1", "0.5" }, { "0.5", "0.25" } } do
            local text = ('{"%s":%s,%s"%s":%s}'):format(key, values[1], between, key, values[2])
            assert.equal(tonumber(values[2]), json.decode(text)[key], text)
          end
        end
      end
    end)

    it("reads keys with escapes, whatever they hold", function()
      for _, fact in ipairs {
        { '{"\\u0061":1}', { a = 1 } }, { '{"a\\n":0.5}', { ["a\n"] = 0.5 } }, { '{"\\"":"\\\\"}', { ['"'] = "\\" } },
        { '{"\\\\":{"\\t":[0.5,{"\\n":"x\\ty"}]}}', { ["\\"] = { ["\t"] = { 0.5, { ["\n"] = "x\ty" } } } } },
        { '{"\\n":null,"b":1}', { b = 1 } }, { '{"\\n":[],"b":false}', { ["\n"] = {}, b = false } },
      } do
        assert.same(fact[2], json.decode(fact[1]), fact[1])
      end
    end)

    it("reads any character by its number", function()
      local function continued(code, shift)
        return 0x80 + math.floor(code / 2 ^ shift) % 64
      end
      local function utf8(code)
        local char = string.char
        if code < 0x80 then
          return char(code)
        elseif code < 0x800 then
          return char(0xC0 + math.floor(code / 64), continued(code, 0))
        elseif code < 0x10000 then
          return char(0xE0 + math.floor(code / 4096), continued(code, 6), continued(code, 0))
        end
        return char(0xF0 + math.floor(code / 2 ^ 18), continued(code, 12), continued(code, 6), continued(code, 0))
      end
      local function escaped(code)
        if code < 0x10000 then
          return ("\\u%04x"):format(code)
        end
        local above = code - 0x10000
        return ("\\u%04X\\u%04x"):format(0xD800 + math.floor(above / 1024), 0xDC00 + above % 1024)
      end
      for bit = 0, 20 do
        for _, code in ipairs { 2 ^ bit - 1, 2 ^ bit, 2 ^ bit + 1 } do
          assert.same({ utf8(code) }, json.decode(('["%s"]'):format(escaped(code))), code)
        end
      end
    end)

    it("puts every scalar in its place, in tables of any size", function()
      for _, count in ipairs { 1, 31, 32, 33, 64, 65, 200 } do
        local items, fields, expected_items, expected_fields = {}, {}, {}, {}
        local scalars = { { '"x"', "x" }, { "1.5", 1.5 }, { '"\\n"', "\n" }, { "7", 7 }, { "true", true } }
        for i = 1, count do
          local scalar = scalars[i % #scalars + 1]
          items[i], expected_items[i] = scalar[1], scalar[2]
          fields[i], expected_fields["k" .. i] = ('"k%d" : %s'):format(i, scalar[1]), scalar[2]
        end
        local text = ('{"a":[%s],"o":{%s}}'):format(table.concat(items, " , "), table.concat(fields, ","))
        assert.same({ a = expected_items, o = expected_fields }, json.decode(text))
      end
    end)

    it("reads tables at any depth", function()
      local value = json.decode(('{"a":[0.5,'):rep(400) .. '"\\n"' .. ("]}"):rep(400))
      for _ = 1, 400 do
        assert.equal(0.5, value.a[1])
        value = value.a[2]
      end
      assert.equal("\n", value)
    end)

    it("reads arrays of numbers, however long", function()
      for _, count in ipairs { 1, 10, 20, 30, 1000 } do
        local items, expected = {}, {}
        for i = 1, count do
          items[i], expected[i] = i % 7 == 0 and tostring(i) or i .. ".5", i % 7 == 0 and i or i + 0.5
        end
        assert.same({ expected, 1 }, json.decode(("[[%s],1]"):format(table.concat(items, ", "))))
      end
      assert.same({ 0, 0.5, -1, 1e-9, 3 }, json.decode "[0,0.5,-1,1e-9,3]")
      assert.same({ a = { 0.5, json.null, 2 }, b = { 1, "0.5" } }, json.decode '{"a":[0.5,null, 2],"b":[1,"0.5"]}')
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

    if math_type then
      it("is exact to 63 bits", function()
        for _, n in ipairs { maxinteger, -maxinteger, 9007199254740993, -9007199254740993, 999999999999999999 } do
          for _, text in ipairs { "%d", '{"a":["x",%d]}', "[%d]" } do
            local value = json.decode(text:format(n))
            value = type(value) == "table" and (value.a and value.a[2] or value[1]) or value
            assert.equal("integer", math_type(value))
            assert.equal(n, value)
          end
        end
      end)

      it("makes floats of larger ones", function()
        for _, text in ipairs { "9223372036854775808", "-9223372036854775809", "99999999999999999999" } do
          assert.equal(tonumber(text .. ".0"), json.decode(text))
        end
      end)
    end

    it("reads whole numbers of any length, wherever they end", function()
      local digits = "1234567890123456789"
      for count = 1, #digits do
        local text = digits:sub(1, count)
        for _, whole in ipairs { text, "-" .. text, text .. "e2", text .. ".5", text .. "0E-1" } do
          local expected = tonumber(whole)
          assert.equal(expected, (json.decode(whole)))
          assert.equal(expected, (json.decode(whole .. " ")))
          assert.same({ a = { expected, expected } }, json.decode(('{"a":[%s,%s ]}'):format(whole, whole)))
          assert.is_nil((json.decode(whole .. "x")))
        end
        assert.is_nil((json.decode("0" .. text)))
        assert.is_nil((json.decode("-0" .. text)))
      end
    end)

    it("keeps the sign of zero", function()
      assert.equal(-math.huge, 1 / json.decode "-0")
      assert.equal(-math.huge, 1 / json.decode '{"a":-0}'.a)
      assert.equal(math.huge, 1 / json.decode "0")
    end)

    for _, text in ipairs(facts.not_json) do
      it("refuses '" .. text .. "' with a reason", function()
        local value, reason = json.decode(text)
        assert.is_nil(value)
        assert.is_string(reason)
        assert.is_nil(reason:find(".lua:", 1, true))
      end)
    end

    for _, fact in ipairs(facts.reasons) do
      it(("says '%s' of '%s'"):format(fact[2], shown(fact[1])), function()
        assert.same({ nil, fact[2] }, { json.decode(fact[1]) })
      end)
    end

    for _, fact in ipairs(facts.forgiven) do
      it("forgives " .. printable(shown(fact[1])), function()
        local value, reason = json.decode(fact[1])
        assert.is_nil(reason)
        assert.same(fact[2], value)
      end)
    end

    for _, text in ipairs(facts.not_numbers) do
      it("reads what is not a number in " .. text, function()
        local value = json.decode(text)
        local number = type(value) == "table" and (value.a or value[1]) or value
        assert.is_number(number)
        assert.is_true(number ~= number)
      end)
    end

    for _, fact in ipairs(facts.large) do
      it("reads " .. fact[1] .. " as Lua does, alone or among fractions", function()
        local value = json.decode(fact[1])
        assert.equal(fact[2], value)
        assert.equal(math_type and math_type(fact[2]), math_type and math_type(value))
        local items = json.decode("[" .. ("0.5,"):rep(200) .. fact[1] .. ",0.5]")
        assert.equal(fact[2], items[201])
      end)
    end

    it("reads fractions as Lua does, whatever their digits", function()
      local random = random_numbers()
      for _ = 1, 3000 do
        local text = random()
        local value = json.decode(text)
        assert.equal(tonumber(text), value, text)
      end
    end)

    it("gives only strings that can be sent again", function()
      for code = 128, 255 do
        for _, text in ipairs { "%s", "a%s", "%sa", "abcdefghi%s", "\\n%s", "%s\\ud800", "\195\164%s\195\164" } do
          local inside = text:format(string.char(code))
          assert.is_string((json.encode(json.decode(('{"%s":["%s"]}'):format(inside, inside)))))
        end
      end
    end)

    it("takes 1000 levels and no more", function()
      assert.is_table(json.decode(("["):rep(1000) .. ("]"):rep(1000)))
      assert.is_string(select(2, json.decode(("["):rep(1001) .. ("]"):rep(1001))))
    end)

    it("makes room for what waits to become a table, on a stack as small as a coroutine's", function()
      local ones, fields = ("1,"):rep(31), {}
      for i = 1, 32 do
        fields[i] = ('"%d":1'):format(i)
      end
      for levels = 1, 40 do
        for beside = 0, 28, 7 do
          local lists = ("[" .. ones:sub(1, 2 * beside)):rep(levels) .. "[" .. ones .. "1]" .. ("]"):rep(levels)
          local first = table.concat(fields, ",", 1, beside + 1)
          local objects = ('{%s,"in":'):format(first):rep(levels) .. "{" .. table.concat(fields, ",") .. "}"
            .. ("}"):rep(levels)
          assert.is_table(coroutine.wrap(json.decode)(lists))
          assert.is_table(coroutine.wrap(json.decode)(objects))
        end
      end
      collectgarbage()
    end)

    it("takes a large text", function()
      local text = "[" .. ("[],"):rep(100000) .. '"x"]'
      assert.equal(100001, #json.decode(text))
    end)
  end)

  it("says where a text is none", function()
    for text, at in pairs { ["\255"] = 1, ["a\128b"] = 2, ["\195\164\195"] = 3, ["abcdefghijk\237\160\128"] = 12 } do
      assert.equal(at, json.text_fault(text))
    end
    assert.is_nil(json.text_fault "\195\164b")
    assert.is_nil(json.text_fault "")
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

    it("says the whole of a name", function()
      assert.equal("metadata.a\0b", (select(2, json.encode { metadata = { ["a\0b"] = print } })))
    end)

    it("takes 1000 levels and no more", function()
      assert.equal(2000, #json.encode(facts.nested(1000)))
      for depth = 1001, 1003 do
        local text, path, reason = json.encode(facts.nested(depth))
        assert.is_nil(text)
        assert.equal(3000, #path)
        assert.equal("nested too deeply", reason)
      end
    end)

    it("says that memory is missing where Lua's stack cannot grow, and not that a value is too deep", function()
      if rawget(_G, "jit") or _VERSION == "Lua 5.1" then
        pending "LuaJIT and Lua 5.1 limit the depth of calls before"
        return
      end
      local value, messages, depth = { { {} } }, {}, 0
      local function write_within(calls)
        depth = depth + 1
        if calls == 0 then
          json.encode(value)
        else
          write_within(calls - 1)
        end
        return nil -- or Lua would not keep the call
      end
      assert.is_false(pcall(write_within, -1))
      for calls = depth - 42, depth, 3 do
        local _, message = pcall(write_within, calls)
        messages[#messages + 1] = tostring(message):match "stack overflow %((.-)%)$"
      end
      assert.is_true(#messages > 0)
      for _, message in ipairs(messages) do
        assert.equal("not enough memory", message)
      end
    end)

    it("takes 1000 levels on the stack of a thread, which may have 512 KB", function()
      local output, status = child.run([[
        local json = require "oai.codec.json"
        local deep, deeper = {}, {}
        for _ = 1, 999 do
          deep, deeper = { deep }, { deeper }
        end
        local text = json.encode(deep)
        print(#text, #json.encode(json.decode(text)))
        print((select(3, json.encode { { deeper } })))
        print(select(2, json.decode(("["):rep(1001))))]], nil, nil, [[sh -c 'ulimit -s 512; exec "$@"' sh]])
      assert.equal(0, status, output)
      assert.equal("2000\t2000\nnested too deeply\n", (output:gsub("[^\n]*\n$", "")))
    end)

    it("writes equal tables as equal bytes, however they were made", function()
      local names, first = {}, nil
      for i = 1, 70 do
        names[i] = ("name %d"):format(i * 7919 % 101)
      end
      for start = 1, #names, 3 do
        for _, count in ipairs { 5, 24, 25, 31, 32, 33, #names } do
          local forwards, backwards = { metadata = {} }, { metadata = {} }
          for i = 0, count - 1 do
            local name = names[(start + i) % #names + 1]
            forwards[name], forwards.metadata[i * 31] = i, name
          end
          for i = count - 1, 0, -1 do
            local name = names[(start + i) % #names + 1]
            backwards[name], backwards.metadata[i * 31] = i, name
          end
          assert.equal(json.encode(forwards), json.encode(backwards))
          first = first or json.encode(forwards)
        end
      end
      assert.truthy(first:find '^{"metadata":{"0":"name')
    end)

    it("writes the same bytes in every process", function()
      local texts = {}
      for i = 1, 3 do
        local output, status = child.run [[
          local json = require "oai.codec.json"
          local tools = {}
          for i = 1, 5 do
            local properties = {}
            for j = 1, 40 do
              properties["p" .. j * 7 % 41] = { type = "string", description = "d", enum = { "a" }, minLength = 1 }
            end
            tools[i] = { type = "function", name = "f" .. i, strict = true, parameters = { type = "object",
              properties = properties, required = { "p1" }, additionalProperties = false } }
          end
          print(json.encode { model = "m", tools = tools, input = "x", store = false, seed = 1, user = "u",
            logit_bias = { [5] = 1, [2^40] = 2, x = 3 }, metadata = { a = "b", c = "d" } })]]
        assert.equal(0, status, output)
        texts[i] = output
      end
      assert.equal(texts[1], texts[2])
      assert.equal(texts[1], texts[3])
    end)

    it("sorts objects of any size, with an order of their own or without", function()
      for _, count in ipairs { 1, 2, 3, 23, 24, 25, 31, 32, 33, 34, 200 } do
        local fields, order, sorted, reversed = {}, {}, {}, {}
        for i = count, 1, -1 do
          local name = ("%04d"):format(i)
          fields[name] = i
          order[#order + 1] = name
          sorted[i] = ('"%s":%d'):format(name, i)
          reversed[count + 1 - i] = sorted[i]
        end
        assert.equal("{" .. table.concat(sorted, ",") .. "}", (json.encode(fields)))
        assert.equal("{" .. table.concat(reversed, ",") .. "}", (json.encode(json.object(fields, order))))
      end
    end)

    it("holds on to no fields of tables that it has written", function()
      local list = {}
      for i = 1, 20000 do
        list[i] = { a = 1, b = 2, c = 3 }
      end
      collectgarbage()
      collectgarbage "stop"
      local before = collectgarbage "count"
      local text = json.encode(list)
      local more = (collectgarbage "count" - before) * 1024
      collectgarbage "restart"
      assert.is_true(more < 6 * #text, more / #text)
    end)

    it("sorts at any depth", function()
      local value, text = { b = 1, a = 2 }, '{"a":2,"b":1}'
      for _ = 1, 900 do
        value, text = { z = value, b = 1 }, '{"b":1,"z":' .. text .. "}"
      end
      assert.equal(text, (json.encode(value)))
    end)

    it("finds what needs an escape, and what is no UTF-8, at any place", function()
      local odds = { '"', "\\", "\n", "\0", "\31", "\127", "\195\164", "\226\130\172", "\240\159\152\128" }
      for length = 1, 20 do
        for place = 1, length do
          for _, odd in ipairs(odds) do
            local text = ("x"):rep(place - 1) .. odd .. ("x"):rep(length - place)
            local written = json.encode(text)
            assert.equal(text, json.decode(written))
            assert.equal(text, cjson.decode("[" .. written .. "]")[1])
            assert.is_nil((json.encode(text:gsub("[\195\226\240]", "\255") .. "\255")))
          end
          assert.is_nil((json.encode(("x"):rep(place - 1) .. "\128" .. ("x"):rep(length - place))))
        end
      end
    end)

    it("has room for what is written of a text that is escaped, and for what follows it", function()
      local long = ("x"):rep(20000)
      for length = 1, 300 do
        for one, escape in pairs { ["\1"] = "\\u0001", ["\n"] = "\\n" } do
          local expected = ('["%s","%s"]'):format(escape:rep(length), long)
          assert.is_true(expected == json.encode { one:rep(length), long }, length)
        end
      end
    end)

    it("writes and reads numbers with a point, whatever the locale has", function()
      local said, status = locale.run_with_comma [[
        local json = require "oai.codec.json"
        print(json.encode(0.5), (json.encode { 0.1 + 0.2, 1e300, 1.5e300 }))
        for _, number in ipairs(json.decode "[0.5,1.5e300,0.1234567890123456789012,1.7976931348623157e308]") do
          print((("%.17g"):format(number):gsub(",", ".")))
        end
      ]]
      if not said then
        return pending "no locale with a decimal comma can be made here"
      end
      assert.same({ "0.5\t[0.30000000000000004,1e+300,1.5e+300]\n0.5\n1.5000000000000001e+300\n"
        .. "0.12345678901234568\n1.7976931348623157e+308\n", 0 }, { said, status })
    end)

    if maxinteger then
      it("keeps all digits of an integer", function()
        assert.equal("9223372036854775807", (json.encode(maxinteger)))
        assert.equal("-9223372036854775808", (json.encode(mininteger)))
        assert.equal("[9007199254740993]", (json.encode { 9007199254740993 }))
        assert.equal('{"metadata":{"-9223372036854775808":2,"9007199254740993":3,"9223372036854775807":1}}',
          (json.encode { metadata = { [maxinteger] = 1, [mininteger] = 2, [9007199254740993] = 3 } }))
      end)
    end

    it("gives powers of two that are read as what they are", function()
      for exponent = -1074, 1023 do
        local text = json.encode { 2 ^ exponent }
        assert.equal(2 ^ exponent, tonumber((text:match "^%[(.*)%]$")), text)
      end
    end)

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
      local metatable = setmetatable({ __index = refuse, __len = refuse, __pairs = refuse, __tostring = refuse },
        { __index = refuse })
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
      assert.error_matches(function()
        json.object({}, "a")
      end, "oai.object: expected a table as the order, got string")
      assert.error_matches(function()
        json.object({}, { "a", 1 })
      end, "oai.object: the order must be a list of names, and has a number at 2")
    end)

    it("keep an order that the caller changes later", function()
      local order = { "b", "a" }
      local fields = json.object({ a = 1, b = 2 }, order)
      order[1], order[2] = "a", "b"
      fields.c = 3
      assert.equal('{"b":2,"a":1,"c":3}', (json.encode(fields)))
    end)

    it("are marks that dkjson knows", function()
      local has, dkjson = pcall(require, "dkjson")
      if not has then
        return pending "dkjson is not installed"
      end
      assert.equal("[[],{}]", dkjson.encode { json.array(), json.object() })
      assert.equal('{"b":1,"a":2}', dkjson.encode(json.object({ a = 2, b = 1 }, { "b", "a" })))
    end)
  end)
end)

describe("json without lua-cjson", function()
  it("is read and written, and calls are made, all the same", function()
    local output, status = child.run([[
      local reason = "no lua-cjson here"
      package.preload.cjson = function() error(reason) end
      local oai = require "oai"
      local json = require "oai.codec.json"
      print((json.encode(json.decode '{"a":[null,[],{},1.5,"x"],"b":null}')), (json.encode { a = oai.null }))
      local completion = assert(oai.client {}.chat.completions:create {
        model = "m", messages = { { role = "user", content = "hello" } }, metadata = oai.null })
      print(completion.object)
      local _, message = pcall(require, "cjson")
      print(message:find(reason, 1, true) ~= nil)]],
      { OPENAI_API_KEY = "sk-local-0000", OPENAI_BASE_URL = server.start().url .. "/v1" })
    assert.equal(0, status, output)
    assert.equal('{"a":[null,[],{},1.5,"x"]}\t{"a":null}\nchat.completion\ntrue\n', output)
  end)

  it("has the null that lua-cjson has", function()
    assert.equal(cjson.null, json.null)
  end)

  it("leaves the one that is loaded where it is", function()
    local name = "oai.codec.json"
    local own = package.loaded[name]
    package.loaded[name] = nil
    require(name)
    package.loaded[name] = own
    assert.equal(cjson, package.loaded.cjson)
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
