-- What a model wrote as the arguments of a call: a value, or why not.

local arguments = require "oai.tools.arguments"
local oai = require "oai"

local s = oai.schema

local function spec_of(fields)
  return oai.tools({ f = fields }):find "f"
end

local CITY = spec_of { parameters = s.object { city = s.string(), note = s.nullable(s.string()) } }

describe("the arguments of a call", function()
  it("are a value of the schema", function()
    assert.same({ city = "Oslo" }, (arguments.read(CITY, '{"city":"Oslo","note":null}')))
    assert.same({}, (arguments.read(spec_of {}, "{}")))
  end)

  it("may be left out where they are empty", function()
    for _, text in ipairs { "", " ", "{}", "null", false } do
      assert.same({}, (arguments.read(spec_of {}, text or nil)))
    end
  end)

  it("may be an object, or a text in a text, which other servers make of them", function()
    assert.same({ city = "Oslo" }, (arguments.read(CITY, { city = "Oslo" })))
    assert.same({ city = "Oslo" }, (arguments.read(CITY, '"{\\"city\\":\\"Oslo\\"}"')))
    assert.equal("not_json", select(2, arguments.read(CITY, { "Oslo" })).reason)
    assert.equal("the arguments must be JSON as a text, got a number", select(2, arguments.read(CITY, 5)).message)
  end)

  it("are told of a number that is none", function()
    local spec = spec_of { parameters = s.object { n = s.number() } }
    assert.equal("the arguments are not what is expected: n: expected number, got a number that JSON does not have",
      select(2, arguments.read(spec, '{"n":NaN}')).message)
  end)

  it("are a fault where they are no JSON object, or not of the schema", function()
    local cases = {
      ["{bad"] = "not_json", ["[]"] = "not_json", ["5"] = "not_json", ["null"] = "wrong_shape",
      ['{"city":5}'] = "wrong_shape", ['{"city":"x","more":1}'] = "wrong_shape", ["{}"] = "wrong_shape",
    }
    for text, reason in pairs(cases) do
      local value, fault = arguments.read(CITY, text)
      assert.is_nil(value, text)
      assert.equal(reason, fault.reason, text)
    end
  end)

  it("are held against what the program says instead", function()
    local function check(value)
      return value.city == "Oslo" or nil, "only Oslo"
    end
    local own = spec_of { check = check, parameters = { type = "object", ["x-own"] = true } }
    assert.same({ city = "Oslo" }, (arguments.read(own, '{"city":"Oslo"}')))
    assert.equal("the arguments are not what is expected: only Oslo",
      select(2, arguments.read(own, '{"city":"Rome"}')).message)
    local none = spec_of { check = false, parameters = CITY.parameters }
    assert.same({ city = 5 }, (arguments.read(none, '{"city":5}')))
  end)

  it("are told what the program's function says of them, which may be nothing or raised", function()
    local silent = spec_of { check = function() end, parameters = CITY.parameters }
    assert.equal("the arguments are not what is expected", select(2, arguments.read(silent, "{}")).message)
    local raising = spec_of { check = function(value)
      return value.n > 5
    end, parameters = CITY.parameters }
    local _, fault = arguments.read(raising, "{}")
    assert.equal("wrong_shape", fault.reason)
    assert.truthy(fault.message:find "^the arguments are not what is expected: attempt to compare ", fault.message)
  end)

  it("are a fault where they are no text, though no function is called with less than was meant", function()
    local optional = spec_of { parameters = { type = "object" } }
    for _, given in ipairs { 5, true } do
      local value, fault = arguments.read(optional, given)
      assert.is_nil(value)
      assert.equal("not_json", fault.reason)
      assert.truthy(fault.message:find(type(given), 1, true), fault.message)
    end
    assert.same({}, (arguments.read(optional, nil)))
  end)

  it("are the text itself for a custom tool", function()
    local shout = oai.tools({ { type = "custom", name = "shout" } }):find "shout"
    assert.equal("{bad", (arguments.read(shout, "{bad")))
  end)
end)
