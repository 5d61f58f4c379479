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
    "0.1", "0.30000000000000004", "1e+300", "1e-07", "-1.5", "1.7976931348623157e+308", "123456.789",
    '{"1":"a"}', '"\\u0000"', '"\195\164"', '"\240\159\152\128"', '"\\t\\n\\r\\b\\f\\"\\\\"',
  },

  -- { text, the same written by us }
  rewritten = {
    { "[ ]", "[]" }, { "[\n\t]", "[]" }, { " { } ", "{}" }, { "[ [ ] , [ ] ]", "[[],[]]" }, { "12.0", "12" },
    { "1e2", "100" }, { "1E15", "1000000000000000" }, { "0.10", "0.1" }, { "-0.0", "-0" },
    { '"\\u00e4"', '"\195\164"' },
    { '"\\ud83d\\ude00"', '"\240\159\152\128"' }, { '{"a":null}', "{}" }, { '{"a":{"b":null}}', '{"a":{}}' },
    { '["\\u0001\\u005b\\u005d"]', '["\\u0001[]"]' }, { '["\\u005b\\u005d",[]]', '["[]",[]]' },
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
    { { a = 0 / 0 }, "a", "finite" },
    { { a = { 1 / 0 } }, "a[1]", "finite" },
    { { a = -1 / 0 }, "a", "finite" },
  },

  not_json = { "", " ", "{", "[1,2", "[1,]", '{"a":}', '{"a"}', "{'a':1}", "nul", "undefined", "NaN", "[nan]",
    "-Infinity",
    "[0x10]", '"abc', '"\\x"', '"\\ud800"', "1 2", "{} x", "[DONE]", "[DONE]x", "<html>", "data: {}", "]",
    '{"\\x":null}', '"\\"', '{"a":1 "b":2}', "[1 2]", '{"a" 1}', "{1:2}", "-", "01", "1.e", "[-]", "truely",
    "[nullnull]", "[1}", '{"a":1]', "1\0", '["\0"]', '{"a":"\0"}' },
}
