-- Content in texts and in parts. How it is folded is in
-- spec/support/facts/chat_stream.lua.

local content = require "oai.dialect.content"
local delta = require "oai.dialect.delta"
local json = require "oai.codec.json"

describe("content.text", function()
  for _, case in ipairs {
    { '"a"', "a" }, { '""', nil }, { "1", nil }, { "[]", nil }, { "{}", nil },
    { '[{"type":"text","text":"a"},{"type":"output_text","text":"b"},{"text":"c"},"d"]', "abcd" },
    { '{"type":"text","text":"a"}', "a" }, { '[{"type":"thinking","text":"a"}]', nil },
    { '[{"type":"text","text":1},null,true,[1]]', nil },
  } do
    it("of " .. case[1], function()
      assert.equal(case[2], content.text(json.decode(case[1])))
    end)
  end
end)

describe("content.fold", function()
  it("leaves text text where parts say nothing", function()
    local folding, message = delta.new(), {}
    for _, value in ipairs { "a", {}, { { type = "thinking", thinking = {} } }, { json.null }, 1, true, "b" } do
      content.fold(folding, message, value)
    end
    delta.join(folding)
    assert.equal("ab", message.content)
  end)

  it("changes no delta", function()
    local folding, message = delta.new(), {}
    local part = { type = "text", text = "a" }
    for _ = 1, 2 do
      content.fold(folding, message, { part })
    end
    delta.join(folding)
    assert.same({ { type = "text", text = "aa" } }, message.content)
    assert.same({ type = "text", text = "a" }, part)
  end)
end)
