-- What is meant by events that are no objects.

local json = require "oai.codec.json"
local odd_event = require "oai.call.odd_event"

-- The data of an event, and what it means.
local MEANT = {
  { "[DONE]x", "[DONE]" }, { " [DONE] ", "[DONE]" }, { "[done]", "[DONE]" }, { '"[DONE]"', "[DONE]" },
  { "DONE", "[DONE]" }, { "data: [DONE]", "[DONE]" }, { '[DONE]\n{"a":1}', "[DONE]" },
  { "ping", "" }, { '"ping"', "" }, { "Keep-Alive", "" }, { ": OPENROUTER PROCESSING", "" }, { " ", "" },
  { 'data: {"a":1}', '{"a":1}' }, { '"{\\"a\\":1}"', '{"a":1}' },
  { "upstream overloaded" }, { '"plain failure"' }, { '{"a":' }, { "5" }, { "<html>" }, { "data: <html>" }, { "DONE?" },
}

describe("call.odd_event", function()
  for _, case in ipairs(MEANT) do
    it(("takes %q for %s"):format(case[1], case[2] or "none"), function()
      local meant = odd_event.meant(case[1], (json.decode(case[1])))
      assert.equal(case[2], meant)
    end)
  end

  it("reads an object from each line", function()
    local events = odd_event.of_lines '{"a":1}\r\n\n{"a":2}\n[DONE]\n'
    assert.same({ { a = 1 }, { a = 2 }, "[DONE]" }, events)
    assert.same({ { a = 1 } }, odd_event.of_lines '{"a":1}')
    for _, text in ipairs { "", "\n", '{"a":1}\n{"a":', '{"a":1}\n5', "<html>\n</html>" } do
      assert.is_nil(odd_event.of_lines(text), text)
    end
  end)
end)
