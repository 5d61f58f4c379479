-- Definitions of resources, read without a client.

local definitions = require "oai.call.definition"

local things = definitions.new {
  object = "thing",
  beta = "things=v2",
  create = "POST /things",
  list = { "GET /things", page = "cursor" },
  list_events = { "GET /things/{thing_id}/events", page = "cursor" },
  costs = { "GET /costs", page = "time" },
  retrieve = "GET /things/{thing_id}",
  run = function() end,
  parts = definitions.new { list = { "GET /things/{thing_id}/parts", page = "cursor" } },
}

describe("a definition", function()
  it("is told from a line", function()
    assert.is_true(definitions.is_one(things))
    assert.is_true(definitions.is_one(things.parts))
    assert.is_false(definitions.is_one(things.list))
    assert.is_false(definitions.is_one(things.create))
  end)

  it("names what it answers to, and none of its settings", function()
    local names = {}
    for name in pairs(definitions.names(things)) do
      names[#names + 1] = name
    end
    table.sort(names)
    assert.equal("at costs create each each_costs each_events list list_events parts retrieve run",
      table.concat(names, " "))
  end)

  it("finds the list that a name iterates over", function()
    assert.equal("list", definitions.list_of(things, "each"))
    assert.equal("list_events", definitions.list_of(things, "each_events"))
    assert.equal("costs", definitions.list_of(things, "each_costs"))
    assert.is_nil(definitions.list_of(things, "each_parts"))
    assert.is_nil(definitions.list_of(things, 1))
  end)

  for key, takes in pairs { retrieve = true, each_events = true, create = false, parts = false, object = false,
    each = false } do
    it("tells whether an object can call " .. key, function()
      assert.equal(takes, definitions.takes_ids(things, key, { "thing_id" }))
    end)
  end

  it("calls streams by the operation", function()
    assert.equal("stream", definitions.stream_name "create")
    assert.equal("stream_edit", definitions.stream_name "edit")
  end)
end)
