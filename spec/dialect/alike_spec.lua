-- Events of text that are alike, as they come.

local alike = require "oai.dialect.alike"
local core = require "oai.core"
local json = require "oai.codec.json"

--- What a field has in an event, or in an object in it.
local function pick(event, field)
  local value = event[field]
  for _, inner in pairs(event) do
    value = value or type(inner) == "table" and inner[field]
  end
  return value
end

local function learn(text, name)
  local state = {}
  alike.begin(state)
  return alike.learn(state, text, name, "content", pick) and state.template or nil
end

--- What an event gives that is read with a template: three values where it is
--- like that, or its text.
local function read(template, text, name)
  local parser = core.sse()
  parser:feed((name and "event:" .. name .. "\n" or "") .. "data:" .. text .. "\n\n")
  return parser:event(template)
end

local function is_like(template, text, name)
  local data, value, piece = read(template, text, name)
  if data ~= true then
    return false
  end
  assert.same(json.decode(text), value)
  assert.equal(pick(value, "content"), piece)
  return true
end

describe("alike", function()
  for _, written in ipairs { '{"a":1,"content":"%s","b":"x"}', '{"content": "%s"}',
    '{"content":"%s","obfuscation":"%s"}', '{"obfuscation": "%s", "c": {"content": "%s"}}' } do
    it("finds the places in " .. written, function()
      local template = learn(written:format("ab", "ab"))
      assert.is_true(is_like(template, written:format("ab", "ab")))
      assert.is_true(is_like(template, written:format("", "cdef")))
      assert.is_true(is_like(template, written:format([[\"\\]], "")))
      assert.is_true(is_like(template, written:format([[\u00e9\n\ud83d\ude00\ud800]], "\195\169")))
      assert.is_false(is_like(template, written:format("ab", "ab") .. " "))
      assert.is_false(is_like(template, written:gsub("{", '{"new":1,', 1):format("ab", "ab")))
    end)
  end

  it("takes a number that events have", function()
    local written = '{"sequence_number":%s,"c":[[],{"d":null}],"content":"%s"}'
    local template = learn(written:format("9", "a"))
    for _, number in ipairs { "0", "10", "123456789" } do
      assert.is_true(is_like(template, written:format(number, "b")))
    end
    for _, number in ipairs { "1234567890", "01", "-1", "1.5", "1e1", "" } do
      assert.is_false(is_like(template, written:format(number, "b")))
    end
    template = learn(written:format("1.5", "a"))
    assert.is_true(is_like(template, written:format("1.5", "b")))
    assert.is_false(is_like(template, written:format("2.5", "b")))
  end)

  it("takes other NULs for what they are", function()
    for _, written in ipairs { [[{"a":"\u0000","content":"%s"}]],
      [[{"\u00001":"\u00000","b":"\u00004","content":"%s"}]], [[{"a":["\u0000\u0000","\u000011"],"content":"%s"}]] } do
      local template = learn(written:format "a")
      assert.is_true(is_like(template, written:format "b"))
    end
  end)

  it("is asked of events of the same name alone", function()
    local text = '{"content":"a"}'
    assert.is_false(is_like(learn(text), text, "error"))
    assert.is_false(is_like(learn(text, "delta"), text))
    assert.is_false(is_like(learn(text, "delta"), text, "error"))
    assert.is_true(is_like(learn(text, "delta"), text, "delta"))
  end)

  for _, text in ipairs { '{"a":"b"}', '{"content":["b"]}', '{"content":"b","d":{"content":"b"}}', '{"content":5}',
    [[{"content":"\u0062"}]], [[{"content":"b","d":"\u00001"}]],
    [[{"content":"b","d":"\u00002"}]], [[{"d":["\u00001"],"content":"b"}]], [[{"d":{"e":"\u00003"},"content":"b"}]],
    [[{"d":"\u00002","content":"b","obfuscation":"c"}]], [[{"d":"\u00003","content":"b","obfuscation":"c"}]],
    '{"content":"b","content" :"c"}',
    '{"a":"' .. ("x"):rep(9) .. '","c":' .. ("["):rep(20) .. '1' .. ("]"):rep(20) .. ',"content":"b"}',
    '{"c":[' .. ("1,"):rep(300) .. '1],"content":"b"}' } do
    it("cannot be told from " .. text:sub(1, 60), function()
      assert.is_nil(learn(text))
    end)
  end

  it("tells after which events that are unlike each other one is remembered", function()
    local state, remembered = {}, 0
    alike.begin(state)
    for _ = 1, 80 do
      remembered = remembered + (alike.miss(state) and 1 or 0)
    end
    assert.equal(8 + 9, remembered)
    state.missed = -1
    assert.is_true(alike.miss(state))
    for missed, is_remembered in pairs { [8] = true, [9] = false, [15] = false, [16] = true, [17] = false } do
      state.missed = missed - 1
      assert.equal(is_remembered, alike.miss(state))
    end
  end)

  it("knows of none at first, nor after another event", function()
    local state, text = {}, '{"content":"a"}'
    alike.begin(state)
    assert.same({ false, 0 }, { state.template, state.missed })
    for _, forget in ipairs { alike.forget, alike.miss } do
      assert.is_true(alike.learn(state, text, nil, "content", pick))
      forget(state)
      assert.is_false(state.template)
    end
    assert.is_false(alike.learn(state, "{}", nil, "content", pick))
    assert.is_false(state.template)
  end)

  it("looks once for a field that others have beside theirs", function()
    local state = {}
    alike.begin(state)
    assert.is_true(alike.learn(state, '{"obfuscation":"a"}', nil, "obfuscation", pick))
  end)
end)
