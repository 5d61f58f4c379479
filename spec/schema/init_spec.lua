-- JSON Schema from Lua: what it makes, and what it refuses to.

local child = require "spec.support.child"
local oai = require "oai"

local s = oai.schema

local function text(schema)
  return oai.json.encode(schema)
end

describe("oai.schema", function()
  it("makes schemas of each type", function()
    for _, name in ipairs { "string", "number", "integer", "boolean", "null" } do
      assert.equal(('{"type":"%s"}'):format(name), text(s[name]()))
      assert.equal(('{"description":"why","type":"%s"}'):format(name), text(s[name] "why"))
    end
    assert.equal('{"items":{"type":"string"},"minItems":1,"type":"array"}', text(s.array(s.string(),
      { min_items = 1 })))
    assert.equal('{"additionalProperties":{"type":"number"},"type":"object"}', text(s.map(s.number())))
  end)

  it("takes keywords by both their names", function()
    assert.equal('{"format":"uri","maxLength":9,"minLength":1,"pattern":"^a","type":"string"}',
      text(s.string { min_length = 1, maxLength = 9, pattern = "^a", format = "uri" }))
    assert.equal('{"exclusiveMinimum":0,"maximum":1,"multipleOf":0.5,"type":"number"}',
      text(s.number { exclusive_minimum = 0, maximum = 1, multiple_of = 0.5 }))
  end)

  it("gives values the type that they have in common", function()
    assert.equal('{"enum":["a","b"],"type":"string"}', text(s.enum { "a", "b" }))
    assert.equal('{"enum":["a",1]}', text(s.enum { "a", 1 }))
    assert.equal('{"const":1,"description":"x","type":"number"}', text(s.const(1, "x")))
    assert.equal('{"const":null,"type":"null"}', text(s.const(oai.null)))
    assert.equal('{"const":false,"type":"boolean"}', text(s.const(false)))
    assert.equal('{"const":{"a":1}}', text(s.const { a = 1 }))
  end)

  it("writes properties in the order in which they stand", function()
    assert.equal('{"additionalProperties":false,"properties":{"z":{"type":"string"},"a":{"type":"number"}},'
      .. '"required":["z","a"],"type":"object"}', text(s.object { { "z", s.string() }, { "a", s.number() } }))
  end)

  it("sorts properties that are given by name", function()
    local schema = s.object { z = s.string(), a = s.number(), m = s.null() }
    assert.truthy(text(schema):find('"required":["a","m","z"]', 1, true))
    assert.truthy(text(schema):find '"properties":{"a".-"m".-"z"')
  end)

  it("makes an object without properties", function()
    assert.equal('{"additionalProperties":false,"properties":{},"required":[],"type":"object"}', text(s.object {}))
  end)

  it("does not require what is optional", function()
    local note = s.string()
    local schema = s.object { { "a", note }, { "b", s.optional(note) }, { "c", s.nullable(s.optional(note)) } }
    assert.truthy(text(schema):find('"required":["a"]', 1, true))
    assert.equal('{"type":"string"}', text(note))
  end)

  it("makes what may be null", function()
    assert.equal('{"type":["string","null"]}', text(s.nullable(s.string())))
    assert.equal('{"anyOf":[{"enum":["a"],"type":"string"},{"type":"null"}]}', text(s.nullable(s.enum { "a" })))
    assert.equal('{"anyOf":[{"$ref":"#"},{"type":"null"}]}', text(s.nullable(s.ref())))
  end)

  it("makes choices, definitions and references", function()
    local tree = s.defs(s.object { { "root", s.ref "a/~b" } }, { ["a/~b"] = s.any_of { s.null(), s.ref() } })
    assert.equal('{"$defs":{"a/~b":{"anyOf":[{"type":"null"},{"$ref":"#"}]}},"additionalProperties":false,"properties":'
      .. '{"root":{"$ref":"#/$defs/a~1~0b"}},"required":["root"],"type":"object"}', text(tree))
    assert.is_true(s.check(tree, { root = oai.null }))
  end)

  it("raises at the line of what makes no schema", function()
    for expected, wrong in pairs {
      ["schema.object: item 2 must be { name, schema }, and 'a' is there twice"] = function()
        s.object { { "a", s.string() }, { "a", s.string() } }
      end,
      ["schema.object: item 1 must be { name, schema }"] = function()
        s.object { s.string() }
      end,
      ["schema.object: 'a': expected a schema, got a function, which was not called"] = function()
        s.object { a = s.string }
      end,
      ["schema.object: expected a table, got nil"] = function()
        s.object()
      end,
      ["schema.array: expected a schema, got nil"] = function()
        s.array()
      end,
      ["schema.enum: expected a list that is not empty"] = function()
        s.enum {}
      end,
      ["schema.string: has no keyword 'min_lenght'; did you mean 'min_length'?"] = function()
        s.string { min_lenght = 1 }
      end,
      ["schema.number: expected a description or a table of keywords, got number"] = function()
        s.number(1)
      end,
      ["schema.const: expected a value, got nil"] = function()
        s.const()
      end,
      ["schema.object: 'a': expected a schema, got nil"] = function()
        s.object { { "a" } }
      end,
      ["schema.object: 'b' stands beside a list; write { 'b', schema } in it"] = function()
        s.object { { "a", s.string() }, b = s.string() }
      end,
      ["schema.array: expected a schema, got a list"] = function()
        s.array { s.string(), s.integer() }
      end,
      ["schema.array: expected a schema, got properties without s.object { ... } around them"] = function()
        s.array { a = s.string(), type = s.integer() }
      end,
      ["schema.enum: expected a list that is not empty, as in s.enum { a, b }, got string"] = function()
        s.enum("a", "b")
      end,
      ["schema.string: keyword 'min_length' must be a whole number from 0 on, got string"] = function()
        s.string { min_length = "5" }
      end,
      ["schema.number: keyword 'exclusiveMinimum' must be a number, got boolean"] = function()
        s.number { exclusiveMinimum = true }
      end,
      ["oai.schema has no 'validate'; see s.check(schema, value)"] = function()
        return s.validate
      end,
      ["schema.ref: expected a name, got table"] = function()
        s.ref {}
      end,
      ["oai.schema has no 'strng'; did you mean 'string'?"] = function()
        return s.strng
      end,
    } do
      local well, message = pcall(wrong)
      assert.is_false(well)
      assert.truthy(message:find("init_spec.lua:%d+: oai: ") and message:find(expected, 1, true), message)
    end
  end)

  it("is made by a function that is called with a dot", function()
    for _, name in ipairs {
      "string", "number", "integer", "boolean", "null", "array", "enum", "const", "any_of", "object", "map", "ref",
      "defs", "optional", "nullable", "strict", "check",
    } do
      local well, message = pcall(s[name], s, "words")
      assert.is_false(well, name)
      assert.matches(("schema.%s: call it with a dot, as in s.%s(...)"):format(name, name), message, 1, true)
    end
  end)

  it("may be written by hand, by any keyword", function()
    for _, one in ipairs { {}, { items = s.string() }, { ["not"] = s.null() }, { minimum = 5 }, { title = "a" },
      { properties = { a = s.string() } }, { additionalProperties = { type = "string" } } } do
      assert.equal(one, s.array(one).items)
    end
  end)

  it("is the same bytes in every process", function()
    local program = [[
      local oai = require "oai"
      local s = oai.schema
      local schema = s.object { zeta = s.string "z", alpha = s.number { minimum = 1, maximum = 2 }, mid = s.object {
        { "y", s.enum { "b", "a" } }, { "x", s.nullable(s.map(s.integer())) } }, list = s.array(s.ref "node") }
      schema = s.defs(schema, { node = s.object { v = s.string(), next = s.nullable(s.ref "node") }, other = s.null() })
      print(oai.json.encode(schema))
    ]]
    local first = child.run(program)
    assert.truthy(first:find('"properties":{"y".-"x"'), first)
    for _ = 2, 4 do
      assert.equal(first, (child.run(program)))
    end
  end)
end)
