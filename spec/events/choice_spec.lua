-- Which texts of a choice are whole.

local choice = require "oai.events.choice"
local texts = require "oai.events.texts"

local function text(told, what, whole)
  return choice.begin(told, whole, texts.new(what, function()
    return whole
  end, function() end))
end

local function types_of(out)
  local types = {}
  for i, event in ipairs(out) do
    types[i] = event.type
  end
  return types
end

describe("events.choice", function()
  it("says of a text once that it is over since another begins", function()
    local told, out = choice.new(0), {}
    local content, call = text(told, "content", "x"), text(told, "tool_call", "{")
    for _, one in ipairs { content, call, content, call } do
      choice.delta(told, one, "", nil, out)
    end
    assert.same({ "content.delta", "content.done", "tool_call.delta", "content.delta", "tool_call.delta" },
      types_of(out))
    choice.close(told, nil, out)
    assert.same({ "content.done", "tool_call.done" }, { out[6].type, out[7].type })
    choice.close(told, nil, out)
    assert.equal(7, #out)
  end)

  it("has finished for the first reason that it is told", function()
    local told, out = choice.new(1), {}
    for _, reason in ipairs { "null", "length", "stop" } do
      choice.finish(told, { finish_reason = reason }, "raw", out)
    end
    assert.same({ { type = "finish", choice = 1, reason = "length", complete = false, raw = "raw" } }, out)
  end)
end)
