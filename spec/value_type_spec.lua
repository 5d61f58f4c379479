-- Types of what a program gives, and what is said of values that are of none.

local value_type = require "oai.value_type"

local TYPES = {
  size = { "count" }, rest = { "seconds" }, way = { { "tell", "stop" }, "function" }, name = { "text" },
  thing = { "any" }, secret = { "string", "userdata" },
}

local FITS = {
  text = { { "a" }, { "", 5, true } },
  integer = { { 0, 7, 2 ^ 53 }, { -1, 1.5, 0 / 0, math.huge, "1" } },
  count = { { 1, math.huge }, { 0, 1.5, 0 / 0, "1" } },
  bytes = { { 1, 2 ^ 40 }, { 0, -1, 1.5 } },
  seconds = { { 0, 0.5, math.huge }, { -0.1, 0 / 0, "1" } },
  duration = { { 0.001, 5 }, { 0, 0.0009, 0 / 0 } },
  number = { { -1, 0.5 }, { "1" } },
  boolean = { { true, false }, { "true", 0 } },
  table = { { {} }, { "x" } },
  ["function"] = { { print }, { "print" } },
  any = { { 1, "", false, print }, {} },
}

local function refusal(given)
  local done, message = pcall(value_type.check, "x.call", "option", given, TYPES)
  return not done and message:match "oai: x.call: (.*)$" or nil
end

describe("value_type", function()
  for name, values in pairs(FITS) do
    it("knows " .. name, function()
      for _, value in ipairs(values[1]) do
        assert.is_true(value_type.fits(value, { name }), tostring(value))
      end
      for _, value in ipairs(values[2]) do
        assert.is_false(value_type.fits(value, { name }), tostring(value))
      end
    end)
  end

  it("takes one of several types or values", function()
    for _, given in ipairs { { size = 1 }, { way = "tell" }, { way = print }, { thing = false }, { secret = "k" },
      { secret = io.stdout }, {} } do
      assert.is_nil(refusal(given))
    end
    assert.is_true(value_type.fits(false, { { false } }))
    assert.is_false(value_type.fits(nil, { { false } }))
  end)

  it("says at the program's line what is wrong", function()
    for message, given in pairs {
      ["option 'size' must be a whole number from 1 on, got 0"] = { size = 0 },
      ["option 'rest' must be a number of seconds from 0 on, got string"] = { rest = "secret" },
      ["option 'way' must be \"tell\", \"stop\" or a function, got \"go\""] = { way = "go" },
      ["option 'way' must be \"tell\", \"stop\" or a function, got table"] = { way = {} },
      ["option 'way' must be \"tell\", \"stop\" or a function, got true"] = { way = true },
      ["option 'name' must be a text that is not empty, got an empty one"] = { name = "" },
      ["option 'secret' must be a string, got boolean"] = { secret = true },
      ["unknown option 'nmae'; did you mean 'name'?"] = { nmae = "x" },
      ["unknown option '1'"] = { "x" },
    } do
      assert.equal(message, refusal(given))
    end
    local _, message = pcall(value_type.check_one, "x", "field", "a", 5, { "string" })
    assert.truthy(message:find "value_type_spec.lua:%d+: oai: x: field 'a' must be a string, got 5$", message)
  end)
end)
