-- Templates of events: what is like one becomes its value at once, all else is
-- given as it came.

local core = require "oai.core"

local TEXT = '{"a":"b","n":[1,[],{"c":true}]}'
local FROM, TO = 7, 8 -- the b

--- As dialect/alike.lua makes one.
local function new(text, places, own, prototype)
  local _, value = core.value_read(prototype or [[{"a":"\u00001","n":[1,[],{"c":true}]}]])
  return core.template(text or TEXT, nil, value, places or { FROM, TO }, own or 1)
end

local function read(template, text)
  local parser = core.sse()
  parser:feed("data:" .. text .. "\n\n")
  return parser:event(template)
end

describe("core.template", function()
  it("makes the value of each event that is like it anew", function()
    local template = new()
    local done, first, piece = read(template, TEXT)
    assert.same({ true, "b" }, { done, piece })
    local _, second = read(template, (TEXT:gsub('"b"', '"longer"')))
    assert.same({ a = "b", n = { 1, {}, { c = true } } }, first)
    assert.same({ a = "longer", n = { 1, {}, { c = true } } }, second)
    assert.not_equal(first.n, second.n)
    assert.equal(core.array_mt, getmetatable(second.n[2]))
    assert.is_nil(getmetatable(second.n[3]))
  end)

  it("reads no further than the text", function()
    local template = new()
    for length = 0, #TEXT - 1 do
      assert.equal(TEXT:sub(1, length), (read(template, TEXT:sub(1, length))))
    end
    local open = [[{"a":"b\"}]]
    assert.equal(open, (read(template, open)))
  end)

  for name, content in pairs {
    ["is no UTF-8"] = "\255", ["holds NUL"] = "a\0b", ["has an escape that is none"] = [[\x]],
    ["has half an escape"] = [[\u12]], ["has a backslash before its quote"] = [[\]],
  } do
    it("leaves a text that " .. name .. " to the decoder", function()
      local text = TEXT:gsub('"b"', function() return '"' .. content .. '"' end)
      assert.equal(text, (read(new(), text)))
    end)
  end

  it("takes a text with many escapes", function()
    local _, value = read(new(), (TEXT:gsub('"b"', function() return '"' .. ([[\n]]):rep(5000) .. '"' end)))
    assert.equal(("\n"):rep(5000), value.a)
  end)

  it("is none where places are none", function()
    for _, places in ipairs { {}, { 0, 0 }, { -5, 9 }, { 100, 200 }, { 8, 7 }, { 7, 100 }, { 7, 8, 3, 4 },
      { 1, 2, 3, 4, 5, 6, 7, 8 }, { 7 } } do
      assert.is_nil(new(TEXT, places))
    end
    for _, own in ipairs { 0, 2, -1 } do
      assert.is_nil(new(TEXT, nil, own))
    end
  end)

  for _, prototype in ipairs { '{"a":"b"}', [[{"a":"\u00001","b":"\u00001"}]], [[{"a":"\u00002"}]] } do
    it("is none where the value has not each place once, as " .. prototype, function()
      assert.is_nil(new(TEXT, nil, nil, prototype))
    end)
  end

  it("is no other userdata, nor anything else", function()
    for _, other in ipairs { core.sse(), core.credential "sk-12345678", true, 5, "x" } do
      assert.equal(TEXT, (read(other, TEXT)))
    end
  end)
end)
