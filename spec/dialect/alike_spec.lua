-- Events of text that are alike, as they come.

local alike = require "oai.dialect.alike"
local json = require "oai.codec.json"

local function is_alike(text, like)
  return json.alike(text, like[1], like[2], like[3], like[4], like[5])
end

describe("alike", function()
  for _, written in ipairs { '{"a":1,"content":"%s","b":"x"}', '{"content": "%s"}',
    '{"content":"%s","obfuscation":"%s"}', '{"obfuscation": "%s", "c": {"content": "%s"}}' } do
    it("finds the places in " .. written, function()
      local like = alike.new(written:format("ab", "ab"), "content", "ab")
      assert.is_true(is_alike(written:format("ab", "ab"), like))
      assert.is_true(is_alike(written:format("", "cdef"), like))
      assert.is_true(is_alike(written:format([[\"\\]], ""), like))
      assert.is_false(is_alike(written:format("ab", "ab") .. " ", like))
      assert.is_false(is_alike(written:gsub("{", '{"new":1,', 1):format("ab", "ab"), like))
    end)
  end

  for _, text in ipairs { '{"a":"b"}', '{"content":["b"]}', '{"content":"b","d":{"content":"b"}}', '{"content":"c"}',
    [[{"content":"\u0062"}]] } do
    it("cannot be told from " .. text, function()
      assert.is_false(alike.new(text, "content", "b"))
    end)
  end
end)

describe("json.alike", function()
  it("is the same where nothing may differ", function()
    assert.is_true(json.alike("[1]", "[1]"))
    assert.is_false(json.alike("[1]", "[2]"))
    assert.is_false(json.alike("[1]", "[1] "))
  end)

  it("reads no further than the text", function()
    local like = '{"a":"b"}'
    for length = 0, #like - 1 do
      assert.is_false(json.alike(like:sub(1, length), like, 7, 8))
    end
    assert.is_false(json.alike([[{"a":"b\"}]], like, 7, 8))
    assert.is_true(json.alike([[{"a":"b\\"}]], like, 7, 8))
  end)

  it("takes places that are none", function()
    for _, places in ipairs { { 0, 0 }, { -5, 9 }, { 100, 200 }, { 3, 2 }, { 7, 100 }, { 7, 8, 3, 4 } } do
      assert.is_false(json.alike('{"a":"b"}', '{"a":"b"}', places[1], places[2], places[3], places[4]))
    end
  end)
end)
