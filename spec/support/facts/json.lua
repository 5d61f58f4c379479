-- JSON values: texts that come out as they went in, values and their texts,
-- what cannot be encoded and where, and what is no JSON.

local json = require "oai.codec.json"

local cycle = { a = {} }
cycle.a.b = cycle
local list_cycle = {}
list_cycle[1] = list_cycle

local function nested(depth)
  local value = {}
  for _ = 2, depth do
    value = { value }
  end
  return value
end

local shared = { 1 }
local LOST = "\239\191\189" -- U+FFFD
local maxinteger, mininteger = rawget(math, "maxinteger"), rawget(math, "mininteger")

-- A table with these names, put in as they stand.
local function named(...)
  local fields = {}
  for i, name in ipairs { ... } do
    fields[name] = i
  end
  return fields
end

return {
  nested = nested,

  -- each is the same after decode and encode
  round_trips = {
    "{}", "[]", "[[]]", "[[],[]]", "[[[]],1]", "[{}]", "[{},[]]", '{"a":[]}', '{"a":{}}', '{"summary":[]}',
    '{"a":[{"b":[]}]}',
    "[null]", "[null,1,null]", '{"a":[null,[]]}', "true", "false", "0", "12", "-12", "0.5", '""', '"a"',
    '{"a":true}', "[true,false]", '"\\u0001oai:1"', '"\\u0001[]"', '["\\u0001[]"]', '["\\u0001[]",[]]',
    '{"a":"\\u0001[]"}',
    '["[]"]', '["[",[],"]"]', '["\\"[]",[]]', '["\\\\",[],"\\\\\\"[]"]', '["[ ]"]', '{"[]":[]}', '"[]"',
    "9007199254740992", "-9007199254740992", "999999999999999", "1000000000000000", "100000000000000", "99999999999999",
    "0.1", "0.30000000000000004", "1e+300", "1e-07", "1.5e-05", "0.00015", "-1.5", "123456.789",
    "1.7976931348623157e+308",
    '{"1":"a"}', '"\\u0000"', '"\195\164"', '"\240\159\152\128"', '"\\t\\n\\r\\b\\f\\"\\\\"',
  },

  -- { text, the same written by us }
  rewritten = {
    { "[ ]", "[]" }, { "[\n\t]", "[]" }, { " { } ", "{}" }, { "[ [ ] , [ ] ]", "[[],[]]" }, { "12.0", "12" },
    { "1e2", "100" }, { "1E15", "1000000000000000" }, { "0.10", "0.1" }, { "-0.0", "-0" },
    { '"\\u00e4"', '"\195\164"' },
    { '"\\ud83d\\ude00"', '"\240\159\152\128"' }, { '{"a":null}', "{}" }, { '{"a":{"b":null}}', '{"a":{}}' },
    { '["\\u0001\\u005b\\u005d"]', '["\\u0001[]"]' }, { '["\\u005b\\u005d",[]]', '["[]",[]]' },
    { '{"b":1,"a":2,"\\u0061a":3}', '{"a":2,"aa":3,"b":1}' },
    { "18446744073709551616", "1.8446744073709552e+19" }, { "9223372036854775808", "9223372036854775808" },
    { "1152921504606846976", "1152921504606846976" }, { "-9223372036854775808", "-9223372036854775808" },
    { "1e20", "1e+20" }, { "1e-400", "0" }, { "0e999999999999", "0" },
  },

  -- { text, value }: what others send that is not quite JSON
  forgiven = {
    { '"x\\ud83d"', "x" .. LOST }, { '"\\ude00y"', LOST .. "y" },
    { '"\\ud83d\\ud83d\\ude00"', LOST .. "\240\159\152\128" },
    { '"\\ude00\\ud83d"', LOST .. LOST }, { '"\\ud83dx\\ude00"', LOST .. "x" .. LOST },
    { '"\\uD83D\\n"', LOST .. "\n" }, { '"\\uDBFF\\uDFFF"', "\244\143\191\191" }, { '"\\ud83d\\u0041"', LOST .. "A" },
    { '{"\\ud83d":"\\udc00"}', { [LOST] = LOST } },
    { '{"a\255":["\255","\195\164","\192\128x"]}', { ["a" .. LOST] = { LOST, "\195\164", LOST .. "x" } } },
    { '"\226\130"', LOST }, { '"\237\160\189\237\184\128"', LOST .. LOST },
    { '"\240\159\152\\n\128"', LOST .. "\n" .. LOST },
    { '"\255\255ab"', LOST .. LOST .. "ab" }, { '["\255",{"b":"\\u00e4\255"}]', { LOST, { b = "\195\164" .. LOST } } },
    { '\239\187\191{"a":1}', { a = 1 } }, { '\239\187\191 [ ]', {} }, { '\239\187\191"\239\187\191"', "\239\187\191" },
    { '"a\tb\nc\1\31\127"', "a\tb\nc\1\31\127" }, { '{"a\n":"\\"\n"}', { ["a\n"] = '"\n' } },
    { "Infinity", math.huge },
    { "[-Infinity,inf,-inf,Inf,INF]", { -math.huge, math.huge, -math.huge, math.huge, math.huge } },
    { '{"logprob":-Infinity,"a":1}', { logprob = -math.huge, a = 1 } },
    { "1e400", math.huge }, { "[-1e400]", { -math.huge } }, { ("9"):rep(400), math.huge },
  },

  -- texts with something that is no number: NaN stands for each
  not_numbers = { "NaN", "[NaN]", '{"a":NaN,"b":1}', "nan", "-nan", "[-NaN ]", "NAN" },

  -- { text, the same as Lua reads it }: whole ones, where a float rounds
  large = {
    { "9007199254740993", 9007199254740993 }, { "-9007199254740993", -9007199254740993 },
    { "9223372036854775807", maxinteger or 2 ^ 63 }, { "-9223372036854775808", mininteger or -2 ^ 63 },
    { "9223372036854775808", 2 ^ 63 }, { "-9223372036854775809", -2 ^ 63 }, { "18446744073709551615", 2 ^ 64 },
    { "99999999999999999999", 1e20 }, { "123456789012345678901234567890", 123456789012345678901234567890.0 },
  },

  -- { value, text }
  encoded = {
    { { tools = {} }, '{"tools":[]}' },
    { { input = {} }, '{"input":[]}' },
    { { audio = { input = {} } }, '{"audio":{"input":{}}}' },
    { { input = { { content = {} } } }, '{"input":[{"content":[]}]}' },
    { { metadata = {} }, '{"metadata":{}}' },
    { { properties = {} }, '{"properties":{}}' },
    { { unknown = {} }, '{"unknown":{}}' },
    { { metadata = { tools = {} } }, '{"metadata":{"tools":{}}}' },
    { { parameters = { properties = { tools = {} } } }, '{"parameters":{"properties":{"tools":{}}}}' },
    { { parameters = { properties = { x = { enum = {} } } } }, '{"parameters":{"properties":{"x":{"enum":[]}}}}' },
    { { unknown = json.array() }, '{"unknown":[]}' },
    { { unknown = json.array {} }, '{"unknown":[]}' },
    { { tools = json.object() }, '{"tools":{}}' },
    { json.array(), "[]" },
    { json.array { 1, 2 }, "[1,2]" },
    { { metadata = json.array { 1, 2 } }, '{"metadata":[1,2]}' },
    { json.object { "a" }, '{"1":"a"}' },
    { json.object { a = 1 }, '{"a":1}' },
    { { logit_bias = { [50256] = -100 } }, '{"logit_bias":{"50256":-100}}' },
    { { logit_bias = { -100 } }, '{"logit_bias":{"1":-100}}' },
    { { logit_bias = { [0] = 1 } }, '{"logit_bias":{"0":1}}' },
    { { [1.0] = "a", [2.0] = "b" }, '["a","b"]' },
    { json.null, "null" },
    { { a = json.null }, '{"a":null}' },
    { { 1, json.null, 3 }, "[1,null,3]" },
    { { shared, shared }, "[[1],[1]]" },
    { 12, "12" },
    { 12.0, "12" },
    { 2 ^ 53, "9007199254740992" },
    { -(2 ^ 53), "-9007199254740992" },
    { 1e15, "1000000000000000" },
    { 1e14, "100000000000000" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { 1e300, "1e+300" },
    { "\1oai:1", '"\\u0001oai:1"' },
    { "a/b", '"a/b"' },
    { { ["a\n"] = "\\" }, '{"a\\n":"\\\\"}' },
    { { metadata = { ["5"] = "a" } }, '{"metadata":{"5":"a"}}' },
    { { true, false, 0.5, 1e300, "x" }, '[true,false,0.5,1e+300,"x"]' },
    { { tools = {}, b = nil }, '{"tools":[]}' },
    { { seed = 12.0 }, '{"seed":12}' },
    { named("b", "a", "aa", "B", "_", "a\0", "", "\195\164", "1"),
      '{"":7,"1":9,"B":4,"_":5,"a":2,"a\\u0000":6,"aa":3,"b":1,"\195\164":8}' },
    { { { d = { c = 1, b = { { z = 1, y = 2 } }, a = 2 } } }, '[{"d":{"a":2,"b":[{"y":2,"z":1}],"c":1}}]' },
    { { logit_bias = { [50256] = 1, [7] = 2, [-3] = 3, ["10"] = 4, x = 5 } },
      '{"logit_bias":{"-3":3,"10":4,"50256":1,"7":2,"x":5}}' },
    { json.object(named("a", "b", "c"), { "c", "a", "b" }), '{"c":3,"a":1,"b":2}' },
    { json.object(named("e", "d", "c", "b", "a"), { "d", "not there", "b", "d" }), '{"d":2,"b":4,"a":5,"c":3,"e":1}' },
    { json.object({ [2] = "b", [1] = "a" }, { "2" }), '{"2":"b","1":"a"}' },
    { json.object({}, { "a" }), "{}" },
    { { properties = json.object({ why = { type = "string" }, answer = { type = "number" } }, { "why", "answer" }) },
      '{"properties":{"why":{"type":"string"},"answer":{"type":"number"}}}' },
    { 2 ^ 60, "1152921504606846976" }, { -2 ^ 63, "-9223372036854775808" }, { 2 ^ 64, "1.8446744073709552e+19" },
    { 2 ^ 64 - 2048, "18446744073709549568" },
    { { metadata = { [2 ^ 53] = 1, [-2 ^ 53] = 2 } }, '{"metadata":{"-9007199254740992":2,"9007199254740992":1}}' },
    { { {}, {} }, "[{},{}]" },
    { { input = { {}, { 1 } } }, '{"input":[{},[1]]}' }, { { tags = { {} } }, '{"tags":[{}]}' },
    { { input = { json.array(), { 1 } } }, '{"input":[[],[1]]}' },
    { setmetatable({}, { __jsontype = "array" }), "[]" }, { setmetatable({}, { __jsontype = "object" }), "{}" },
    { { tools = setmetatable({}, { __jsontype = "object" }) }, '{"tools":{}}' },
    { setmetatable({ "a" }, { __jsontype = "object" }), '{"1":"a"}' },
    { setmetatable(named("b", "a"), { __jsontype = "object", __jsonorder = { "b" } }), '{"b":1,"a":2}' },
    { setmetatable({ 1 }, { __jsontype = "other" }), "[1]" }, { setmetatable({ 1 }, { __jsontype = print }), "[1]" },
    { setmetatable(named("b", "a"), { __jsontype = "object", __jsonorder = 5 }), '{"a":2,"b":1}' },
    { setmetatable(named("b", "a"), { __jsontype = "object", __jsonorder = { 1, false, "b" } }), '{"b":1,"a":2}' },
  },

  -- numbers that come back as exactly themselves
  numbers = { 0, 1, -1, 0.1, 0.1 + 0.2, 1 / 3, 2 / 3, 1e300, 1e-300, 5e-324, 2 ^ 53, -(2 ^ 53), 2 ^ 53 - 1, 2 ^ 60,
    2 ^ 63, 99999999999999, 100000000000000, 123456789012345, 999999999999999, 1e15, 1e16, 1e21, 1e22, 1.5e9,
    0.1234567890123456,
    3.141592653589793, 123456.789, 1e-7, 2 ^ -1074, 1.7976931348623157e308, 4.35, 0.000001, 1234567.000001 },

  -- { value, path, a word of the reason }
  refused = {
    { { messages = { {}, {}, { content = "\255" } } }, "messages[3].content", "UTF-8" },
    { { messages = { { content = { { text = "a\237\160\128" } } } } }, "messages[1].content[1].text", "UTF-8" },
    { "\192\128", "", "UTF-8" },
    { { a = "\244\144\128\128" }, "a", "UTF-8" },
    { { a = "abcdefgh\195" }, "a", "UTF-8" },
    { { a = "abcdefghijklmno\128" }, "a", "UTF-8" },
    { { a = "\224\128\128" }, "a", "UTF-8" },
    { { a = { ["\255"] = 1 } }, "a", "key" },
    { { a = print }, "a", "function" },
    { { tools = { { type = "function" }, { call = print } } }, "tools[2].call", "function" },
    { { a = io.stdout }, "a", "userdata" },
    { { a = coroutine.create(nested) }, "a", "thread" },
    { print, "", "function" },
    { cycle, "a.b", "itself" },
    { list_cycle, "[1]", "itself" },
    { { a = { 1, nil, 3, nil, nil, nil, 7 } }, "a", "holes" },
    { { a = { [2] = 1 } }, "a", "holes" },
    { { a = { [0] = 1 } }, "a", "holes" },
    { { a = { [-1] = 1, 1 } }, "a", "holes" },
    { { a = { [1e6] = 1 } }, "a", "holes" },
    { { a = { 1, b = 2 } }, "a", "mixes" },
    { { 1, b = 2 }, "", "mixes" },
    { { a = json.array { b = 1 } }, "a", "index" },
    { { a = { [1.5] = 1 } }, "a", "key" },
    { { a = { [true] = 1 } }, "a", "key" },
    { { logit_bias = { [1.5] = 1 } }, "logit_bias", "key" },
    { { metadata = { [5] = "a", ["5"] = "b" } }, "metadata", "twice" },
    { { metadata = { ["\255"] = "a", [5] = "b" } }, "metadata", "UTF-8" },
    { { metadata = { [2 ^ 64] = 1 } }, "metadata", "key" }, { { metadata = { [-1e300] = 1 } }, "metadata", "key" },
    { { metadata = { [1 / 0] = 1 } }, "metadata", "key" },
    { { logit_bias = { [7] = print } }, "logit_bias[7]", "function" },
    { { a = { { b = setmetatable({}, { __tojson = print }) } } }, "a[1].b", "__tojson" },
    { { a = setmetatable({ b = 1 }, { __tojson = print, __jsontype = "object" }) }, "a", "__tojson" },
    { { a = json.array { b = 1, c = 2 } }, "a", "index" },
    { { b = { c = 1 }, a = { d = print } }, "a.d", "function" },
    { { a = 0 / 0 }, "a", "finite" },
    { { a = { 1 / 0 } }, "a[1]", "finite" },
    { { a = -1 / 0 }, "a", "finite" },
  },

  not_json = { "", " ", "{", "[1,2", "[1,]", '{"a":}', '{"a"}', "{'a':1}", "nul", "undefined", "NaNs", "[nan",
    "-Infinit", "+1", ".5", "-.5", "1.", "1e", "1e+", "0x10", "--1", "infinit", "Infinity1", "-null", "00", "1.5.5",
    "[0x10]", '"abc', '"\\x"', '"\\ud80"', '"\\ud800\\u"', '"\\ud800\\udc0"', '"\\u00g0"', "1 2", "{} x",
    "[DONE]", "[DONE]x", "<html>", "data: {}", "]",
    '{"\\x":null}', '"\\"', '{"a":1 "b":2}', "[1 2]", '{"a" 1}', "{1:2}", "-", "01", "1.e", "[-]", "truely",
    "[nullnull]", "[1}", '{"a":1]', "1\0", '["\0"]', '{"a":"\0"}',
    "\239\187\191", "\239\187", " \239\187\1911", "\239\187\191\239\187\1911", '"\255', "\255" },

  -- { text, why it is none }
  reasons = { { "", "unexpected end" }, { '{"a"', "unexpected end" }, { '["abc', "unexpected end" },
    { "[1,]", "unexpected byte 4" },
    { "<html>", "unexpected byte 1" }, { '["\\x"]', "unexpected byte 3" }, { '{"a":1,\n"b" 2}', "unexpected byte 13" },
    { ("["):rep(1001), "nested too deeply" }, { "\239\187\191x", "unexpected byte 4" },
    { "[1\0]", "unexpected byte 3" } },
}
