-- Iteration over the tables in what may be anything.

local json = require "oai.codec.json"
local tables = require "oai.tables"

local function found_in(list)
  local found = {}
  for at, item in tables(list) do
    found[#found + 1] = { at, item }
  end
  return found
end

describe("tables", function()
  it("gives the tables of a list, and their places", function()
    assert.same({ { 2, { "a" } }, { 5, {} } }, found_in { 1, { "a" }, json.null, false, {} })
  end)

  it("gives nothing of what is no list", function()
    for _, odd in ipairs { "text", 7, true, { a = {} }, {}, json.null } do
      assert.same({}, found_in(odd))
    end
    assert.same({}, found_in(nil))
  end)
end)
