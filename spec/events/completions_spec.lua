-- Legacy completions by named events.

local named = require "spec.support.named"

local function chunk(text, reason, index)
  return { object = "text_completion", choices = { { index = index or 0, text = text, finish_reason = reason } } }
end

describe("events.completions", function()
  it("tells the texts of its choices, and the usage", function()
    assert.same({ "content.delta choice=0 a of a", "content.delta choice=1 x of x", "content.delta choice=0 b of ab",
      "content.done choice=0 ab", "finish choice=0 stop", "finish choice=1 length, incomplete", "usage 5" },
      (named.of("completions", { chunk "a", chunk("x", nil, 1), chunk("b", "stop"), chunk("", "length", 1),
        { choices = {}, usage = { total_tokens = 5 } } })))
  end)

  it("tells what is whole at the end", function()
    local lines, accumulator = named.of("completions", { chunk "a" })
    assert.same({ "content.delta choice=0 a of a" }, lines)
    assert.equal("content.done", accumulator:finish()[1].type)
    assert.same({}, accumulator:finish())
  end)

  it("tells nothing of a choice that was cut at the end", function()
    local _, accumulator = named.of("completions", { chunk("a", "length") })
    assert.same({}, accumulator:finish())
  end)
end)
