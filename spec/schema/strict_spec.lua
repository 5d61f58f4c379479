-- A schema as the API's strict mode wants it.

local cases = require "spec.support.facts.strict_schema"
local kinds = require "oai.schema.kinds"
local oai = require "oai"
local read = require "oai.schema.read"

local s = oai.schema

describe("schema.strict", function()
  for _, case in ipairs(cases) do
    it((case.at and "refuses " or "converts ") .. case.name, function()
      local found, err = s.strict(case[1])
      if case.at then
        assert.is_nil(found)
        assert.equal("bad_schema", err.kind)
        assert.truthy(err.message:find(("at `%s`: "):format(case.at), 1, true), err.message)
        assert.truthy(err.message:find(case.why, 1, true), err.message)
      else
        assert.is_nil(err)
        assert.is_true(kinds.same(read(case[2], ""), found), oai.json.encode(found))
      end
    end)
  end

  it("leaves what it is given as it is", function()
    local of = { type = "object", properties = { a = { type = { "string" } }, b = { type = "null" } },
      required = { "a" } }
    local before = oai.json.encode(of)
    assert.is_table(s.strict(of))
    assert.equal(before, oai.json.encode(of))
  end)

  it("gives the same for what is strict", function()
    local of = s.object { { "b", s.string() }, { "a", s.array(s.object { x = s.number() }) } }
    assert.equal(oai.json.encode(of), oai.json.encode(s.strict(of)))
  end)

  it("refuses text that is no schema", function()
    for text, why in pairs { ["{"] = "no JSON: unexpected end", ["[1"] = "no JSON", ["1"] = "no JSON object" } do
      local found, err = s.strict(text)
      assert.is_nil(found)
      assert.truthy(err.message:find(why, 1, true), err.message)
    end
  end)

  it("refuses what has no end", function()
    local deep = { type = "object" }
    deep["$defs"] = { deep = deep }
    assert.truthy(select(2, s.strict(deep)).message:find("nested too deeply", 1, true))
  end)

  it("raises for what is neither table nor text", function()
    assert.error_matches(function()
      s.strict(1)
    end, "schema.strict: expected a schema, got number")
  end)
end)
