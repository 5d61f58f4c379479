-- JSON that comes in pieces: what it says so far.

local json = require "oai.codec.json"
local oai = require "oai"
local partial_json = require "oai.codec.partial_json"

-- What has come, and what it says.
local CASES = {
  { "", nil }, { " ", nil }, { "-", nil }, { '"', '""' }, { '"a\\', '"a"' }, { '"a\\u00', '"a"' }, { "[", "[]" },
  { "{", "{}" }, { '{"a', "{}" }, { '{"a"', "{}" }, { '{"a":', "{}" }, { '{"a": 1', "{}" }, { '{"a":1,', '{"a":1}' },
  { '{"a":"x', '{"a":"x"}' }, { "[1, 2", "[1]" }, { "[1, 2 ", "[1,2]" }, { "[t", "[true]" }, { "[true,f",
    "[true,false]" },
  { "[n", "[null]" }, { '{"a":n', "{}" }, { "1", "1" }, { "nul", "null" },
  { '[{"a":[{"b":"c', '[{"a":[{"b":"c"}]}]' },
  { '{"a":null,"b":[null]}', '{"b":[null]}' }, { '"\\ud83d', '""' }, { '"\\ud83d\\ude00', '"😀"' },
  { '"\\ud83dx"', '"\239\191\189x"' }, { '"\\ud83d"', '"\239\191\189"' }, { '"\\ud83d\\n"', '"\239\191\189\\n"' },
  { '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"', '"\\"\\\\/\\b\\f\\n\\r\\té"' }, { '{"a\\u0062":1}', '{"ab":1}' },
  { ' [ 1 , { } ] ', "[1,{}]" }, { "[-1.5e+3]", "[-1500]" }, { '{"a":1,"a":2}', '{"a":2}' },
}

-- What is no JSON, and what it says up to there.
local WRONG = {
  { "[1]]", "[1]" }, { '{"a" 1}', "{}" }, { "{,", "{}" }, { "[,", "[]" }, { "[1,]", "[1]" }, { '{"a":1,}', '{"a":1}' },
  { "[trux", "[true]" }, { '["\\x"', '[""]' }, { '["\\u00g', '[""]' }, { "[1-2]", "[]" }, { "x", nil }, { "[1}",
    "[1]" },
  { "{a:1}", "{}" }, { '{"a":1]', '{"a":1}' },
}

local function text(value)
  return value ~= nil and oai.json.encode(value) or nil
end

--- Reads a text in pieces of a size, and asks each time.
local function read(source, size)
  local reader = partial_json.new()
  for at = 1, #source, size do
    reader:add(source:sub(at, at + size - 1))
    reader:value()
  end
  return reader
end

describe("codec.partial_json", function()
  for _, case in ipairs(CASES) do
    it("reads " .. case[1], function()
      for size = 1, #case[1] + 1 do
        local value, fault = read(case[1], size):value()
        assert.is_nil(fault)
        assert.equal(case[2], text(value))
      end
    end)
  end

  for _, case in ipairs(WRONG) do
    it("stops in " .. case[1], function()
      for size = 1, #case[1] do
        local reader = read(case[1], size)
        local value, fault = reader:value()
        assert.is_string(fault)
        if size == 1 then -- else the last values may not have been asked for
          assert.equal(case[2], text(value))
        end
        assert.is_false(reader:add "1")
        assert.is_false(reader:is_whole())
      end
    end)
  end

  it("reads infinities, and what is no number", function()
    local value = read("[-Infinity,Infinity,NaN", 1):value()
    assert.same({ -math.huge, math.huge }, { value[1], value[2] })
    assert.is_true(value[3] ~= value[3])
  end)

  it("says whether the text may end", function()
    for source, whole in pairs { ["{}"] = true, ["[1] "] = true, ["1"] = true, ["{"] = false,
      ['"a'] = false, ["tru"] = false, [""] = false, ["null"] = true } do
      assert.equal(whole, read(source, 1):is_whole(), source)
    end
  end)

  it("keeps the order of names, and nulls, when it is asked to", function()
    local source = '{"z":{"b":null,"a":[{"d":1,"c":2}]},"a":null}'
    local reader = partial_json.new { order = true, nulls = true }
    reader:add(source)
    assert.equal(source, text((reader:value())))
    assert.equal(json.null, reader:value().a)
  end)

  it("gives tables that grow", function()
    local reader = partial_json.new()
    reader:add '{"list":[1,'
    local value = reader:value()
    reader:add '2,{"a":"b'
    assert.equal(value, (reader:value()))
    assert.same({ list = { 1, 2, { a = "b" } } }, value)
  end)

  it("stops where it is nested too deeply", function()
    local reader = read(("["):rep(1001), 100)
    assert.equal("it is nested too deeply", (select(2, reader:value())))
    assert.is_nil((select(2, read(("["):rep(1000), 100):value())))
  end)

  --- What is joined of a text that comes in pieces of 20 bytes, in bytes, when
  --- its value is asked for as soon as that is due; and how often it is.
  local function joined(source)
    local bytes, times = 0, 0
    local reader = partial_json.new()
    for at = 1, #source, 20 do
      reader:add(source:sub(at, at + 19))
      if reader:is_due() then
        bytes, times = bytes + reader._length, times + 1
        reader:value()
      end
    end
    assert.is_true(reader:is_whole())
    return bytes, times
  end

  it("joins a long text that is twice as long in twice the work", function()
    local half, half_times = joined('{"a":"' .. ("x"):rep(2 ^ 19) .. '"}')
    local whole, times = joined('{"a":"' .. ("x"):rep(2 ^ 20) .. '"}')
    assert.is_true(whole < 2.2 * half, ("%d bytes, then %d"):format(half, whole))
    assert.is_true(whole < 100 * 2 ^ 20 and times > half_times and times > 100)
  end)
end)
