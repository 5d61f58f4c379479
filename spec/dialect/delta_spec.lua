-- Deltas and the objects they are folded into. The streams that are made of
-- them are in spec/support/facts/assistants_stream.lua.

local delta = require "oai.dialect.delta"
local json = require "oai.codec.json"

local function fold_all(object, deltas)
  local state = delta.new()
  for _, fields in ipairs(deltas) do
    delta.fold(state, object, fields)
  end
  delta.join(state)
  return object
end

describe("dialect.delta", function()
  for _, case in ipairs {
    { "joins texts", { a = "x" }, { { a = "y" }, { a = "z" } }, { a = "xyz" } },
    { "takes what is new", {}, { { a = "x", b = 1, c = { d = true } } }, { a = "x", b = 1, c = { d = true } } },
    { "adds numbers", { n = 1 }, { { n = 2 } }, { n = 3 } },
    { "replaces types and names", { type = "a", id = "i", file_id = "f" }, { { type = "b", id = "i", file_id = "f" } },
      { type = "b", id = "i", file_id = "f" } },
    { "replaces what is of another kind", { a = "x", b = { 1 }, c = true }, { { a = { 1 }, b = "y", c = false } },
      { a = { 1 }, b = "y", c = false } },
    { "forgets pieces of what it replaces", { a = "x", b = "x" },
      { { a = "y", b = "y" }, { a = { 1 }, b = { c = 1 } } }, { a = { 1 }, b = { c = 1 } } },
    { "takes nothing away for what says nothing", { a = "x", b = 1, c = { 1 }, d = { e = 1 }, id = "i" },
      { { a = "", b = 0, c = {}, d = {}, id = "" }, { a = {}, b = "", c = "", d = "", id = 0 } },
      { a = "x", b = 1, c = { 1 }, d = { e = 1 }, id = "i" } },
    { "takes nothing away for a number or a truth value", { a = "x", b = { 1 }, c = { d = 1 } },
      { { a = 1, b = true, c = 2 } }, { a = "x", b = { 1 }, c = { d = 1 } } },
    { "adds up no facts", { created = 5, expires_at = 5, start_index = 5, usage = { n = 5 } },
      { { created = 6, expires_at = 6, start_index = 6, usage = { n = 6 } } },
      { created = 6, expires_at = 6, start_index = 6, usage = { n = 6 } } },
    { "adds up to no infinity", { n = 1e308 }, { { n = 1e308 }, { n = 1 } }, { n = 1e308 } },
    { "joins entries that are pieces of one text", { a = { { type = "text", text = "x" } } },
      { { a = { { type = "text", text = "y" } } }, { a = { { type = "other", text = "z" }, { type = "other" } } } },
      { a = { { type = "text", text = "xy" }, { type = "other", text = "z" }, { type = "other" } } } },
    { "takes indexes for what they are", {}, { { a = { { index = "1", t = "b" } } }, { a = { { index = 0, t = "a" } } },
      { a = { { index = 1, t = "B" }, { index = {}, t = "c" } } } },
      { a = { { t = "a" }, { t = "bB" }, { index = {}, t = "c" } } } },
    { "folds objects", { a = { b = "x", c = 1 } }, { { a = { b = "y" } } }, { a = { b = "xy", c = 1 } } },
    { "extends lists of plain values", { a = { 1, "b" } }, { { a = { 2 } } }, { a = { 1, "b", 2 } } },
    { "extends lists without indexes", { a = { { b = 1 } } }, { { a = { { b = 2 } } } },
      { a = { { b = 1 }, { b = 2 } } } },
    { "tells indexes from plain values", { a = { 7, 1 } }, { { a = { { index = 1, t = "x" } } } },
      { a = { 7, 1, { t = "x" } } } },
    { "folds entries by index", { a = { { t = "x" }, { t = "y" } } }, { { a = { { index = 1, t = "z" } } } },
      { a = { { t = "x" }, { t = "yz" } } } },
    { "keeps entries in order", {}, { { a = { { index = 3, t = "d" } } }, { a = { { index = 0, t = "a" } } },
      { a = { { index = 3, t = "D" }, { index = 1, t = "b" } } } },
      { a = { { t = "a" }, { t = "b" }, { t = "dD" } } } },
  } do
    it(case[1], function()
      assert.same(case[4], fold_all(case[2], case[3]))
    end)
  end

  it("changes no delta", function()
    local first = { a = { { index = 0, b = { c = "x" }, d = { { 1 } } } } }
    fold_all({}, { first, { a = { { index = 0, b = { c = "y" }, d = { { 2 } } } } } })
    assert.same({ a = { { index = 0, b = { c = "x" }, d = { { 1 } } } } }, first)
  end)

  it("keeps indexes where that is asked for", function()
    local state, object = delta.new(true), {}
    for _, text in ipairs { "a", "b" } do
      delta.fold(state, object, { l = { { index = 2, t = text } } })
    end
    delta.join(state)
    assert.same({ l = { { index = 2, t = "ab" } } }, object)
  end)

  it("goes on after a join", function()
    local state, object = delta.new(), {}
    for _, text in ipairs { "a", "b", "c" } do
      delta.fold(state, object, { t = text })
      delta.join(state)
    end
    assert.equal("abc", object.t)
  end)

  it("keeps empty arrays empty arrays", function()
    assert.equal('{"a":[]}', (json.encode(fold_all({}, { json.decode '{"a":[]}' }))))
  end)
end)
