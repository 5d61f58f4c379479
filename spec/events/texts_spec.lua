-- What a text costs while it is told: nothing that grows with its length.

local oai = require "oai"
local texts = require "oai.events.texts"

local PIECE = ("x"):rep(20)
local EVENT = { choices = { { index = 0, delta = { content = PIECE } } } }

--- The kilobytes that it takes to tell so many pieces, of which none is freed.
local function cost(count)
  local accumulator = oai.accumulate "chat"
  collectgarbage()
  collectgarbage "stop"
  local before = collectgarbage "count"
  for _ = 1, count do
    accumulator:add(EVENT)
  end
  local used = collectgarbage "count" - before
  collectgarbage "restart"
  return used, accumulator
end

describe("events.texts", function()
  it("costs in proportion to the number of events", function()
    cost(64) -- loads what is loaded once
    local half, whole = cost(2000), cost(4000)
    assert.is_true(whole < 2.3 * half, ("%.0f KB, then %.0f KB"):format(half, whole))
  end)

  it("makes a snapshot when it is asked for, and keeps it", function()
    local reads = 0
    local text = texts.new("content", function()
      reads = reads + 1
      return "Hello"
    end, function() end)
    local out = {}
    texts.delta(text, "Hello", nil, out)
    assert.equal(1, reads) -- for what had come before
    texts.delta(text, "", nil, out)
    assert.equal(1, reads)
    assert.equal("Hello", out[2].snapshot)
    assert.equal("Hello", out[2].snapshot)
    assert.equal(2, reads)
    assert.is_nil(out[2].parsed)
  end)

  it("tells a text that came without deltas as one", function()
    local out = {}
    local text = texts.new("content", function()
      return "Hi"
    end, function() end)
    texts.close(text, nil, out)
    texts.close(text, nil, out)
    assert.same({ "content.delta", "content.done" }, { out[1].type, out[2].type })
    assert.is_nil(out[3])
    assert.same({ "Hi", "Hi", 2 }, { out[2].text, out[2].snapshot, out[2].length })
  end)

  it("has the arguments of a function's call as a value, where they are JSON", function()
    local function parsed(whole, kind)
      local out = {}
      texts.close(texts.new("tool_call", function()
        return whole
      end, function(event)
        event.kind = kind
      end), nil, out)
      return out[2].parsed
    end
    assert.same({ a = 1 }, parsed('{"a":1}', "function"))
    assert.is_nil(parsed('{"a":', "function"))
    assert.is_nil(parsed("1", "custom"))
  end)
end)
