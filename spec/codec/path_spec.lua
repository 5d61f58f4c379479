-- Path templates: ids are encoded and lead nowhere else. Facts are in
-- spec/support/facts/path.lua.

local facts = require "spec.support.facts.path"
local path = require "oai.codec.path"

describe("codec.path", function()
  describe("expand", function()
    for _, fact in ipairs(facts.expanded) do
      it("gives " .. fact[3] .. " for " .. fact[1], function()
        assert.equal(fact[3], path.expand(fact[1], fact[2]))
      end)
    end

    for i, fact in ipairs(facts.refused) do
      it(("refuses %s (%d)"):format(fact[1], i), function()
        local filled, reason = path.expand(fact[1], fact[2])
        assert.is_nil(filled)
        assert.is_string(reason)
      end)
    end

    it("names what is missing", function()
      local _, reason = path.expand("/a/{one}/{other_id}", { one = "1" })
      assert.equal("other_id is missing", reason)
    end)
  end)

  describe("refusal", function()
    for i, id in ipairs(facts.good_ids) do
      it(("lets id %d pass"):format(i), function()
        assert.is_nil(path.refusal(id))
      end)
    end

    for i, id in ipairs(facts.bad_ids) do
      it(("refuses id %d"):format(i), function()
        assert.is_string(path.refusal(id))
      end)
    end

    it("refuses nothing at all", function()
      assert.equal("must be a non-empty string, got nil", path.refusal(nil))
    end)

    it("says what it got, and where the id may be", function()
      for says, id in pairs {
        ["an empty one"] = "", boolean = true, table = {},
        ["a table with 'file_id'; ids stand before the parameters"] = { file_id = "file_1" },
        ["a table with an 'id'; give that"] = { id = "file_1" },
      } do
        assert.equal("must be a non-empty string, got " .. says, path.refusal(id, "file_id"))
      end
    end)
  end)
end)
