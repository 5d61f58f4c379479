-- What of a server's words is about damaged parts, and which.

local damage = require "oai.upload.damage"

local IDS = { ["1"] = "part_1", ["2"] = "part_2", ["3"] = "part_11" }

describe("damage", function()
  it("is what refuses bytes by their sum", function()
    for _, err in ipairs {
      { status = 400, message = "MD5 mismatch" }, { status = 422, code = "checksum_mismatch" },
      { status = 409, message = "the part is Corrupted" }, { status = 400, param = "md5" },
      { status = 400, message = "The content's hash is another" },
      { status = 400, message = "The bytes do not match." },
    } do
      assert.is_true(damage.is_said(err))
    end
    for _, err in ipairs {
      { status = 400, message = "no such part" }, { status = 500, message = "md5" }, { message = "md5" },
      { status = 401, message = "md5" },
    } do
      assert.is_false(damage.is_said(err))
    end
  end)

  it("is in the parts that are named, or in any", function()
    local function parts(message, param)
      return damage.parts({ message = message, param = param }, IDS, 3)
    end
    assert.same({ 1 }, parts "md5 of part_1 differs")
    assert.same({ 3 }, parts "part_11: md5")
    assert.same({ 1, 2 }, parts "md5: part_1,part_2")
    assert.same({ 2 }, parts("md5", "part_ids[1]"))
    assert.same({ 3 }, parts("md5", "part_ids.2"))
    assert.same({ 1, 2, 3 }, parts("md5", "md5"))
    assert.same({ 1, 2, 3 }, parts "xpart_1x md5")
    assert.same({ 1, 2, 3 }, damage.parts({}, {}, 3))
  end)
end)
