-- The items of a response's output. Which one an event is about is in
-- spec/support/facts/responses_stream.lua.

local items = require "oai.dialect.items"

local function ids_of(output)
  local ids = {}
  for i, item in ipairs(output) do
    ids[i] = tostring(item.id)
  end
  return table.concat(ids, " ")
end

--- What becomes of an output in the end.
local function merged(before, now)
  local state = items.new()
  return ids_of(items.merge(state, now, items.take(state, before)))
end

describe("items.merge", function()
  local function item(id, type)
    return { id = id, type = type or "message" }
  end

  it("takes what there is now", function()
    assert.equal("b a", merged({ item "a", item "b" }, { item "b", item "a" }))
    assert.equal("x", merged({ item "a" }, { item "x" }))
    assert.equal("a b", merged({ item "a" }, { item "a", item "b" }))
  end)

  it("keeps what is left out in its place", function()
    assert.equal("a b", merged({ item "a", item "b" }, {}))
    assert.equal("a b c", merged({ item "a", item "b", item "c" }, { item "b" }))
    assert.equal("r m", merged({ item("r", "reasoning"), item "a" }, { item "m" }))
  end)

  it("keeps no place that was only begun", function()
    local state, output = items.new(), {}
    items.entry(state, output, { item_id = "a" })
    items.entry(state, output, { item_id = "b" })
    assert.equal("x", ids_of(items.merge(state, { item "x" }, output)))
  end)
end)

describe("items.take", function()
  it("takes items alone", function()
    assert.equal("a b", ids_of(items.take(items.new(), { 1, { id = "a" }, "x", { 1 }, { id = "b" } })))
    for _, output in ipairs { 1, "x", true, { a = 1 } } do
      assert.same({}, items.take(items.new(), output))
    end
  end)
end)
