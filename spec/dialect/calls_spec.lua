-- Which call of a tool a delta belongs to. Most of it is in
-- spec/support/facts/chat_stream.lua.

local calls = require "oai.dialect.calls"
local delta = require "oai.dialect.delta"

describe("calls", function()
  it("of several messages are kept apart", function()
    local folding, one, two = delta.new(), {}, {}
    local of_one, of_two = calls.new(), calls.new()
    local function call(name, arguments)
      return { { index = 0, id = "a", ["function"] = { name = name, arguments = arguments } } }
    end
    for _, arguments in ipairs { "1", "2" } do
      calls.fold(folding, of_one, one, call("w", arguments))
      calls.fold(folding, of_two, two, call("v", arguments))
    end
    delta.join(folding)
    assert.same({ { id = "a", ["function"] = { name = "w", arguments = "12" } } }, one.tool_calls)
    assert.same({ { id = "a", ["function"] = { name = "v", arguments = "12" } } }, two.tool_calls)
  end)

  it("are none where nothing is one", function()
    local message = {}
    for _, deltas in ipairs { {}, 1, "x", true, { 1, "x", {} }, { a = 1 } } do
      calls.fold(delta.new(), calls.new(), message, deltas)
    end
    calls.fold_single(delta.new(), calls.new(), message, "x")
    assert.same({ tool_calls = { {} } }, message)
  end)
end)
