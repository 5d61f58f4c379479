-- How many there are of something, in words for people.

local counted = require "oai.counted"

describe("counted", function()
  it("calls one what it is, and none or several by the other word", function()
    assert.equal("1 task", counted(1, "task"))
    assert.equal("0 tasks", counted(0, "task"))
    assert.equal("2 tasks", counted(2, "task"))
    assert.equal("1 task has", counted(1, "task has", "tasks have"))
    assert.equal("3 tasks have", counted(3, "task has", "tasks have"))
  end)

  it("takes any number", function()
    assert.equal("1.5 items", counted(1.5, "item"))
    assert.equal("1 item", counted(1.0, "item"))
    assert.equal("5000000000 bytes", counted(5e9, "byte"))
  end)
end)
