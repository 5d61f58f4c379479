-- Where streams of whole replies read their events.

local source = require "oai.call.source"

local function all_of(from)
  local found = {}
  while true do
    local data, name = from.event()
    if not data then
      assert.is_false(data)
      return found
    end
    found[#found + 1] = { data, name }
  end
end

describe("call.source", function()
  it("has the events of a text, and what was none", function()
    local from = source.of_text "event: a\ndata: 1\n\n<html>\ndata: 2\n\nerror: {}\ndata: 3"
    assert.same({ { "1", "a" }, { "2" } }, all_of(from))
    assert.same({ "<html>\nerror: {}\n", "3" }, { from.rest() })
    assert.is_true(from.outcome())
    from.close()
  end)

  it("has events that are known", function()
    assert.same({ { '{"a":1}' }, { "[DONE]" } }, all_of(source.of_events({ { a = 1 }, "[DONE]" }, false)))
    assert.same({ { '{"a":1}', "n" }, { "[DONE]" } },
      all_of(source.of_events({ { event = "n", data = { a = 1 } }, "[DONE]" }, true)))
    assert.is_nil((source.of_events({}, false).rest()))
  end)
end)
