-- What the model is given of what a function returned, and of what it failed
-- with.

local oai = require "oai"
local output = require "oai.tools.output"

describe("the output of a function", function()
  it("is a text as it is, nothing as an empty text, all else as JSON", function()
    local cases = { { "", "" }, { "a\nb", "a\nb" }, { 7, "7" }, { 0.5, "0.5" }, { true, "true" }, { false, "false" },
      { { 1, 2 }, "[1,2]" }, { { b = 1, a = "x" }, '{"a":"x","b":1}' }, { oai.null, "null" },
      { oai.array(), "[]" }, { { type = "weather" }, '{"type":"weather"}' } }
    for _, case in ipairs(cases) do
      assert.equal(case[2], (output.of(case[1])))
    end
    assert.equal("", (output.of(nil)))
  end)

  it("is parts as they are, one alone as a list", function()
    local image = { type = "input_image", image_url = "data:image/png;base64,AA==" }
    local text = { type = "input_text", text = "x" }
    assert.same({ image }, (output.of(image)))
    assert.same({ text, image }, (output.of { text, image }))
    assert.same({ text }, (output.of { text }))
    for _, kind in ipairs { "input_image", "input_file", "text", "image_url", "file", "input_audio" } do
      assert.same({ { type = kind } }, (output.of { type = kind }))
    end
    assert.equal('[{"text":"x","type":"input_text"},1]', (output.of { text, 1 }))
  end)

  it("stays what it was when the parts are changed", function()
    local text = { type = "input_text", text = "x" }
    local given = output.of { text }
    text.text = "y"
    assert.same({ { type = "input_text", text = "x" } }, given)
  end)

  it("is none where it cannot be sent", function()
    for _, value in ipairs { "\255", { x = print }, { { type = "input_text", text = "\255" } }, print } do
      local given, reason = output.of(value)
      assert.is_nil(given)
      assert.truthy(reason:find "^what it returned is no ")
    end
  end)

  it("says of an error what is for the model: one short line without the program's", function()
    assert.equal("boom", output.said "/home/me/tool.lua:12: boom\nmore")
    assert.equal("boom", output.said "/home/my things/tool.lua:12: boom")
    assert.equal("boom", output.said '[string "local x = 1..."]:12: boom')
    assert.equal("boom: 5", output.said "script:12: boom: 5")
    assert.equal("boom", output.said { message = "boom" })
    assert.equal("at 10:30: boom", output.said "at 10:30: boom")
    assert.equal("a\\xFFb", output.said "a\255b")
    assert.equal(("x"):rep(500), output.said(("x"):rep(500)))
    assert.equal(("x"):rep(500) .. "...", output.said(("x"):rep(501)))
    local long = output.said(("ä"):rep(400))
    assert.equal(503, #long)
    assert.equal(("ä"):rep(250) .. "...", long)
    assert.equal("x" .. ("ä"):rep(249) .. "...", output.said("x" .. ("ä"):rep(400)))
    assert.equal("xx" .. ("À"):rep(249) .. "...", output.said("xx" .. ("À"):rep(400)))
    assert.equal(("€"):rep(166) .. "...", output.said(("€"):rep(200)))
  end)

  it("says of an error that is no text what it holds, and never where it lies", function()
    assert.equal('{"code":5}', output.said { code = 5 })
    assert.equal("table", output.said { print })
    assert.equal("function", (output.said(function() end)))
    assert.equal("nil", output.said(nil))
    local function object(__tostring)
      return setmetatable({}, { __tostring = __tostring })
    end
    assert.equal("quota", output.said(object(function()
      return "quota"
    end)))
    assert.equal("an error that has no text", output.said(object(error)))
  end)
end)
