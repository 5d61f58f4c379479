-- Which events have been seen of late.

local recent = require "oai.agents.recent"

describe("agents.recent", function()
  it("knows the last 1,024 ids", function()
    local seen = recent.new()
    for i = 1, 1024 do
      assert.is_true(seen:add("e" .. i))
    end
    assert.is_false(seen:add "e1")
    assert.is_false(seen:add "e1024")
    assert.is_true(seen:add "e1025")
    assert.is_true(seen:add "e1")
    assert.is_false(seen:add "e3")
    assert.is_true(seen:add "e2")
  end)

  it("takes what has no id for new", function()
    local seen = recent.new()
    assert.is_true(seen:add(nil))
    assert.is_true(seen:add(nil))
  end)
end)
