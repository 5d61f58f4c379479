-- oai.similarity: the cosine of two vectors.

local core = require "oai.core"
local oai = require "oai"

local function refusal(...)
  local done, message = pcall(oai.similarity, ...)
  assert.is_false(done)
  assert.truthy(message:find("^[^:]*similarity_spec.lua:%d+: oai: ") or message:find "^oai: ", message)
  return message
end

-- 1, 2 and 2 as whole 32-bit floats.
local ONE_TWO_TWO = oai.base64.encode "\0\0\128\63\0\0\0\64\0\0\0\64"

describe("oai.similarity", function()
  it("is the cosine of the angle between two vectors, whatever their lengths", function()
    for _, case in ipairs {
      { { 1, 0 }, { 0, 1 }, 0 }, { { 1, 2, 2 }, { 1, 2, 2 }, 1 }, { { 1, 2, 2 }, { -2, -4, -4 }, -1 },
      { { 3, 4 }, { 4, 3 }, 0.96 }, { { 1, 2, 2 }, { 2, 1, 2 }, 8 / 9 },
    } do
      local cosine = oai.similarity(case[1], case[2])
      assert.is_true(math.abs(cosine - case[3]) < 1e-12, cosine)
      assert.equal(cosine, oai.similarity(case[2], case[1]))
    end
  end)

  it("is never beyond 1", function()
    local vector = {}
    for i = 1, 300 do
      vector[i] = 1 / (i + 2)
    end
    assert.is_true(oai.similarity(vector, vector) <= 1)
    assert.is_true(oai.similarity(vector, vector) > 1 - 1e-12)
  end)

  it("is 0 where a vector is nothing but zeros", function()
    assert.equal(0, oai.similarity({ 0, 0 }, { 1, 1 }))
    assert.equal(0, oai.similarity({ 0, 0 }, { 0, 0 }))
  end)

  it("takes vectors as base64, and as they are decoded", function()
    local decoded = core.vector(ONE_TWO_TWO)
    assert.same({ 1, 2, 2 }, decoded)
    assert.equal(1, oai.similarity(decoded, ONE_TWO_TWO))
    assert.equal(oai.similarity({ 1, 2, 2 }, { 2, 1, 2 }), oai.similarity(ONE_TWO_TWO, { 2, 1, 2 }))
  end)

  it("wants two vectors of one length", function()
    local says = "the vectors have 2 and 3 numbers: those of one model and of the same 'dimensions' can be compared"
    assert.truthy(refusal({ 1, 2 }, ONE_TWO_TWO):find(says, 1, true))
  end)

  for says, case in pairs {
    ["the first argument must be a vector, a list of numbers, got nil"] = { nil, { 1 } },
    ["the second argument must be a vector, a list of numbers, got nil"] = { { 1 } },
    ["second argument must be a vector, a list of numbers, got a table without numbers"] = { { 1 }, {} },
    ["got an object that has one: give its 'embedding'"] = { { object = "embedding", embedding = { 1 } }, { 1 } },
    ["got a list of tables"] = { { 1 }, { { 1 } } },
    ["got a string that is not one in base64"] = { "the cat", { 1 } },
    ["the first argument must be a vector, a list of numbers, got a string at 2"] = { { 1, "2" }, { 1, 2 } },
  } do
    it("says " .. says, function()
      local message = refusal(case[1], case[2])
      assert.truthy(message:find(says, 1, true), message)
    end)
  end
end)
