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

  --- The calls that deltas add up to: "name(arguments)" of each.
  local function of_deltas(...)
    local folding, state, message, words = delta.new(), calls.new(), {}, {}
    for _, one in ipairs { ... } do
      calls.fold(folding, state, message, { { id = one.id, index = one.index, ["function"] = {
        name = one.name, arguments = one.arguments, strict = one.strict } } })
    end
    delta.join(folding)
    for i, call in ipairs(message.tool_calls) do
      local tool = call["function"]
      words[i] = ("%s(%s)%s"):format(tool.name or "", tool.arguments or "", tostring(tool.strict or ""))
    end
    return table.concat(words, " ")
  end

  it("are told apart by their indexes and ids", function()
    assert.equal("w(12)", of_deltas({ id = "a", name = "w", arguments = "1" },
      { id = "a", name = "w", arguments = "2" }))
    assert.equal("w(12)", of_deltas({ id = "a", index = 0, name = "w", arguments = "1" },
      { id = "a", index = 5, arguments = "2" }))
    assert.equal("w(1) v(2)", of_deltas({ id = "a", index = 0, name = "w", arguments = "1" },
      { id = "a", index = 1, name = "v", arguments = "2" }))
    assert.equal("w(1) w(2)", of_deltas({ id = "a", index = 0, name = "w", arguments = "1" },
      { id = "a", index = 1, name = "w", arguments = "2" }))
    assert.equal("w(13) v(2)", of_deltas({ id = "a", index = 0, name = "w", arguments = "1" },
      { id = "b", index = 1, name = "v", arguments = "2" }, { id = "a", index = 5, arguments = "3" }))
  end)

  it("have a name that comes behind what they are called with", function()
    assert.equal("w(1)", of_deltas({ arguments = "1" }, { name = "w" }))
    assert.equal("(1) w()", of_deltas({ arguments = "1" }, { id = "b", name = "w" }))
    assert.equal("w(12)", of_deltas({ index = 0, name = "w", arguments = "1" },
      { index = 0, name = "w", arguments = "2" }))
    assert.equal("wx(1)", of_deltas({ index = 0, name = "w" }, { index = 0, name = "x" },
      { index = 0, arguments = "1" }))
  end)

  it("may come alone, without a list around them", function()
    local folding, state, message = delta.new(), calls.new(), {}
    calls.fold(folding, state, message, { index = 0, id = "a", ["function"] = { name = "w", arguments = "1" } })
    calls.fold(folding, state, message, { ["function"] = { arguments = "2" } })
    calls.fold(folding, state, message, { more = "x" })
    delta.join(folding)
    assert.same({ { id = "a", ["function"] = { name = "w", arguments = "12" } } }, message.tool_calls)
  end)

  it("have what else is said of their functions", function()
    assert.equal("w(1)true", of_deltas({ name = "w", arguments = "1", strict = true }))
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
