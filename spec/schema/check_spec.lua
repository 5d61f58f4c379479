-- A value held against a schema: what is of it, and what is wrong with what
-- is not.

local oai = require "oai"

local s = oai.schema

local ENDLESS = "the schema leads back to itself, or has too many choices"

--- Schemas as JSON, values that are of them, and values that are not, each
--- with its faults.
local CASES = {
  ['{"type":"string"}'] = { good = { "", "x" }, bad = { { 1, "expected string, got a number" },
    { oai.null, "expected string, got null" }, { {}, "expected string, got an object" },
    { oai.array {}, "expected string, got an array" } } },
  ['{"type":"number"}'] = { good = { 1, 1.5 }, bad = { { "1", "expected number, got a string" },
    { 1 / 0, "expected number, got a number that JSON does not have" } } },
  ['{"type":"integer"}'] = { good = { 1, -3, 2 ^ 40 }, bad = { { 1.5, "expected integer, got a number" } } },
  ['{"type":"boolean"}'] = { good = { true, false }, bad = { { oai.null, "expected boolean, got null" } } },
  ['{"type":"null"}'] = { good = { oai.null }, bad = { { false, "expected null, got a boolean" } } },
  ['{"type":["string","null"]}'] = { good = { "a", oai.null }, bad = { { 1,
    "expected string or null, got a number" } } },
  ['{"type":"array"}'] = { good = { {}, { 1 }, oai.array {} }, bad = { { { a = 1 }, "expected array, got an object" },
    { oai.object {}, "expected array, got an object" } } },
  ['{"type":"object"}'] = { good = { {}, { a = 1 }, oai.object {} }, bad = { { { 1 }, "expected object, got an array" },
    { oai.array {}, "expected object, got an array" } } },
  ['{"type":"thing"}'] = { bad = { { 1, "the schema's type 'thing' is not known" } } },
  ['{"enum":["a",1,null,{"b":[1]}]}'] = { good = { "a", 1, oai.null, { b = { 1 } } },
    bad = { { "b", 'expected one of "a", 1, null, {"b":[1]}, got "b"' }, { { b = { 1, 2 } },
      'expected one of "a", 1, null, {"b":[1]}, got {"b":[1,2]}' } } },
  ['{"const":null}'] = { good = { oai.null }, bad = { { 1, "expected null, got 1" } } },
  ['{"properties":{"b":{"type":"string"},"a":{"type":"array","items":{"type":"number"}}},"required":["b","c"]}'] = {
    good = { { b = "", c = 1 }, { b = "", a = { 1, 2 }, c = 1, d = 1 }, "no object" },
    bad = { { { b = 1, a = { 1, "x", true }, c = 1 },
      "b: expected string, got a number; a[2]: expected number, got a string; a[3]: expected number, got a boolean" },
    { { a = {} }, "b: is missing; c: is missing" } } },
  ['{"properties":{"a":{"type":["string","null"]}},"required":["a"]}'] = { good = { {}, { a = oai.null } },
    bad = { { { a = 1 }, "a: expected string or null, got a number" } } },
  ['{"properties":{"a":{}},"additionalProperties":false}'] = { good = { {}, { a = 1 } },
    bad = { { { b = 1, a = 1, c = 2 }, "b: is not a property of the schema; c: is not a property of the schema" } } },
  ['{"additionalProperties":{"type":"number"}}'] = { good = { { x = 1 } },
    bad = { { { x = { y = 1 } }, "x: expected number, got an object" } } },
  ['{"prefixItems":[{"type":"string"}],"items":{"type":"number"}}'] = { good = { {}, { "a" }, { "a", 1, 2 } },
    bad = { { { 1, "a" }, "[1]: expected string, got a number; [2]: expected number, got a string" } } },
  ['{"items":{"type":"number"}}'] = { good = { {}, { 1 }, "x", { a = "x" } },
    bad = { { { "a", 1, "b" }, "[1]: expected number, got a string; [3]: expected number, got a string" } } },
  ['{"anyOf":[{"type":"string"}]}'] = { good = { "a" }, bad = { { 1, "expected string, got a number" } } },
  ['{"anyOf":[{"type":"string"},{"type":"object","properties":{"a":{"type":"string"}}}]}'] = {
    good = { "a", { a = "b" } }, bad = { { { a = 1 }, "a: expected string, got a number" },
      { 1, "is none of what it may be: expected string, got a number, or expected object, got a number" } } },
  ['{"oneOf":[{"type":"number"},{"minimum":3}]}'] = { good = { 1, "x" }, bad = { { 4,
    "is 2 of what it must be one of" } } },
  ['{"allOf":[{"type":"number"},{"minimum":3}]}'] = { good = { 4 }, bad = { { 1, "must be at least 3, is 1" } } },
  ['{"not":{"type":"number"}}'] = { good = { "a" }, bad = { { 4, "is what it must not be" } } },
  ['{"minimum":1,"exclusiveMaximum":2,"multipleOf":0.1}'] = { good = { 1, 1.1, 1.7, "x" },
    bad = { { 2, "must be less than 2, is 2" }, { 1.05, "must be a multiple of 0.1, is 1.05" },
      { 0.5, "must be at least 1, is 0.5" } } },
  ['{"exclusiveMinimum":1,"maximum":2}'] = { good = { 2 }, bad = { { 1, "must be more than 1, is 1" },
    { 3, "must be at most 2, is 3" } } },
  ['{"minimum":"1"}'] = { bad = { { 1, "the schema's bound is no number" } } },
  ['{"minLength":"1"}'] = { bad = { { "a", "the schema's bound is no number" } } },
  ['{"minLength":2,"maxLength":3}'] = { good = { "ab", "äöü" }, bad = { { "ä",
    "must have at least 2 characters, has 1" },
    { "abcd", "must have at most 3 characters, has 4" } } },
  ['{"minItems":1,"maxItems":2,"uniqueItems":true}'] = { good = { { 1 }, { 1, 2 } },
    bad = { { oai.array {}, "must have at least 1 item, has 0" }, { { 1, 2, 3 }, "must have at most 2 items, has 3" },
      { { { a = 1 }, { a = 1 } }, "has an item twice" } } },
  ['{"minProperties":1,"maxProperties":2}'] = { good = { { a = 1 } },
    bad = { { oai.object {}, "must have at least 1 field, has 0" },
      { { a = 1, b = 2, c = 3 }, "must have at most 2 fields, has 3" } } },
  ['{"pattern":"^[a-z]+$"}'] = { good = { "abc", 1 }, bad = { { "aB", 'does not match the pattern "^[a-z]+$"' } } },
  ['{"pattern":"(?=a)"}'] = { bad = { { "a", "the schema's pattern cannot be checked: it looks ahead or behind" } } },
  ['{"format":"date"}'] = { good = { "2024-02-29", 1 }, bad = { { "2023-02-29", "is no date" } } },
  ['{"format":"colour"}'] = { bad = { { "red", "the schema's format 'colour' is not known" } } },
  ['{"dependentRequired":{},"type":"object"}'] = { bad = { { {},
    "the schema's keyword 'dependentRequired' is not known" } } },
  ['{"required":1}'] = { bad = { { {}, "the schema's 'required' must be a table" } } },
  ['{"title":"t","description":"d","default":1,"examples":[],"$comment":"c","$schema":"s"}'] = { good = { 1 } },
  ['{"properties":{"a":false,"b":true}}'] = { good = { { b = 1 } }, bad = { { { a = 1 }, "a: may not be there" } } },
  ['{"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}}'] = { good = { "x" },
    bad = { { 1, "expected string, got a number" } } },
  ['{"$ref":"#/$defs/b"}'] = { bad = { { 1, "the schema's $ref '#/$defs/b' points to nothing" } } },
  ['{"$ref":"#"}'] = { bad = { { 1, ENDLESS } } },
  ['{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}'] = { bad = { { 1, ENDLESS } } },
  ['{"not":{"$ref":"#"}}'] = { bad = { { 1, ENDLESS } } },
  ['{"minLength":1.5}'] = { bad = { { "a", "must have at least 1.5 characters, has 1" } } },
  ['{"enum":[1,2,3,4,5,6,7,8,9,10,11,12]}'] = { good = { 12 },
    bad = { { 0, "expected one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ..., got 0" } } },
  ["{"] = { bad = { { 1, "the schema is no JSON: unexpected end" } } },
}

local function nested(depth)
  local value = {}
  for _ = 1, depth do
    value = { a = value }
  end
  return value
end

describe("schema.check", function()
  it("compares values that are nested deeply in a time that is linear", function()
    assert.is_true(oai.schema.check({ const = nested(400) }, nested(400)))
    assert.is_nil(oai.schema.check({ const = nested(400) }, nested(401)))
  end)
end)

describe("schema.check", function()
  for schema, case in pairs(CASES) do
    it("holds values against " .. schema, function()
      for _, value in ipairs(case.good or {}) do
        local well, faults = s.check(schema, value)
        assert.is_true(well, tostring(faults))
      end
      for _, bad in ipairs(case.bad or {}) do
        local well, faults = s.check(schema, bad[1])
        assert.is_nil(well)
        assert.equal(bad[2], tostring(faults))
      end
    end)
  end

  it("says where each fault is", function()
    local schema = s.object { { "a", s.array(s.object { { "b", s.array(s.string()) } }) } }
    local _, faults = s.check(schema, { a = { { b = { "x" } }, { b = { "x", 1 } } } })
    assert.equal(1, #faults)
    assert.same({ "a[2].b[2]", "expected string, got a number" }, { faults[1].path, faults[1].message })
    assert.equal("a[2].b[2]: expected string, got a number", tostring(faults[1]))
    assert.equal("wrong: " .. tostring(faults[1]) .. "!", "wrong: " .. faults .. "!")
    assert.same({ "oai.SchemaFaults", "oai.SchemaFault" },
      { getmetatable(faults).__name, getmetatable(faults[1]).__name })
  end)

  it("takes the null of any library for null", function()
    local null = setmetatable({}, { __tojson = print })
    package.loaded["spec.other_json"] = { null = null }
    require("oai.codec.foreign").learn()
    package.loaded["spec.other_json"] = nil
    assert.is_true(s.check({ type = "null", enum = { oai.null } }, null))
    assert.is_true(s.check({ const = null }, oai.null))
    assert.is_nil(s.check({ type = "string" }, null))
    assert.is_nil(s.check({ const = null }, 1))
    assert.is_nil(s.check({ const = 1 }, null))
  end)

  it("lists no more than twenty", function()
    local list = {}
    for i = 1, 100 do
      list[i] = i
    end
    assert.equal(20, #select(2, s.check(s.array(s.string()), list)))
  end)

  it("takes what the builder makes, and values as replies are read", function()
    local node = s.object { { "value", s.integer() }, { "next", s.nullable(s.ref "node") } }
    local schema = s.defs(s.object { { "list", s.ref "node" }, { "kind", s.enum { "a", "b" } } }, { node = node })
    local value = oai.json.decode '{"list":{"value":1,"next":{"value":2,"next":null}},"kind":"a"}'
    assert.is_true(s.check(schema, value))
    value.list.next.value = "2"
    assert.equal("list.next.value: expected integer, got a string", tostring(select(2, s.check(schema, value))))
  end)

  it("takes schemas that hold themselves", function()
    local schema = { type = "number" }
    schema.allOf = { schema }
    assert.is_nil((s.check(schema, 1)))
  end)

  it("holds each of many items against its schema", function()
    local list = {}
    for i = 1, 20000 do
      list[i] = { n = i, tags = { "a" } }
    end
    local schema = s.array(s.object { { "n", s.integer() }, { "tags", s.array(s.enum { "a", "b" }) } })
    assert.is_true(s.check(schema, list))
    list[20000].tags[1] = "c"
    assert.equal('[20000].tags[1]: expected one of "a", "b", got "c"', tostring(select(2, s.check(schema, list))))
  end)

  it("goes as deep as values do, but not for ever", function()
    local schema, value = s.object { { "a", s.nullable(s.ref()) } }, {}
    for _ = 1, 500 do
      value = { a = value }
    end
    assert.is_true(s.check(schema, value))
    local list = {}
    for i = 1, 1000 do
      list[i] = { a = oai.null }
    end
    assert.is_true(s.check(s.array(schema), list))
    value = { a = value }
    assert.truthy(tostring(select(2, s.check(schema, value))):find("nested too deeply", 1, true))
  end)

  it("follows a hundred references in a row, and any number side by side", function()
    local function chain(count)
      local definitions = { ["d" .. count] = { type = "string" } }
      for i = 1, count - 1 do
        definitions["d" .. i] = { ["$ref"] = "#/$defs/d" .. i + 1 }
      end
      return { ["$ref"] = "#/$defs/d1", ["$defs"] = definitions }
    end
    assert.is_true(s.check(chain(100), "x"))
    assert.truthy(tostring(select(2, s.check(chain(101), "x"))):find("leads back to itself", 1, true))
    local schema = { properties = { a = { ["$ref"] = "#/$defs/d1" } }, ["$defs"] = chain(100)["$defs"] }
    assert.is_true(s.check(schema, { a = "x" }))
    local all = {}
    for i = 1, 150 do
      all[i] = { ["$ref"] = "#/$defs/a" }
    end
    assert.is_true(s.check({ allOf = all, ["$defs"] = { a = { type = "string" } } }, "x"))
  end)

  it("shows values that are short", function()
    local short, long = ("x"):rep(58), ("x"):rep(59)
    assert.equal(('expected "a", got "%s"'):format(short), tostring(select(2, s.check({ const = "a" }, short))))
    assert.equal('expected "a", got a string', tostring(select(2, s.check({ const = "a" }, long))))
  end)
end)
