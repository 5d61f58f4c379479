-- Lists whose entries come with their index, in any order.

local json = require "oai.codec.json"
local places = require "oai.dialect.places"

local function names_of(list)
  local names = {}
  for i, entry in ipairs(list) do
    names[i] = type(entry) == "table" and entry.name or entry
  end
  return table.concat(names, " ")
end

describe("places", function()
  for _, case in ipairs {
    { { 0, 1, 2 }, "0 1 2" },
    { { 2, 0, 1 }, "0 1 2" },
    { { 3, 3, 0, 3 }, "0 3" },
    { { 1e9, -1, 0.5, 0 }, "-1 0 0.5 1000000000.0" },
  } do
    it("are in order: " .. table.concat(case[1], ", "), function()
      local collection, list, names = places.new(), {}, {}
      for name in case[2]:gmatch "%S+" do
        names[tonumber(name)] = name
      end
      for _, index in ipairs(case[1]) do
        places.entry(collection, list, index).name = names[index]
      end
      assert.equal(case[2], names_of(list))
    end)
  end

  it("have those that stood there before by their place", function()
    local collection, list = places.new(), { { name = "a" }, 7, { name = "c" } }
    assert.equal("a", places.entry(collection, list, 0).name)
    assert.equal("c", places.entry(collection, list, 2).name)
    assert.is_nil(places.find(collection, list, 1))
    places.entry(collection, list, 1).name = "b"
    assert.equal("a 7 b c", names_of(list))
  end)

  it("are behind those of the same index, and then stand for it", function()
    local collection, list = places.new(), {}
    for _, name in ipairs { "a", "b" } do
      places.insert(collection, list, 0, { name = name })
    end
    places.insert(collection, list, nil, { name = "c" })
    assert.equal("a b c", names_of(list))
    assert.equal("c", places.find(collection, list, 0).name)
  end)

  it("find nothing without an index", function()
    assert.is_nil(places.find(places.new(), { {} }, nil))
  end)

  it("are told by a number", function()
    assert.same({ 0, 3, 2, -1, 0.5 }, { places.index(0), places.index "3", places.index " 2 ", places.index(-1),
      places.index(0.5) })
    for _, value in ipairs { "", "x", true, {}, json.null, 0 / 0 } do
      assert.is_nil(places.index(value))
    end
    assert.is_nil(places.index(nil))
  end)
end)
