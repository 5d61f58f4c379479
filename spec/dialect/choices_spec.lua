-- When the choices of a completion have finished, and their order.

local choices = require "oai.dialect.choices"

local function completion(...)
  local list = {}
  for i, reason in ipairs { ... } do
    list[i] = { index = select("#", ...) - i, finish_reason = reason or nil }
  end
  return { choices = list }
end

describe("choices", function()
  it("may end when every one has finished", function()
    assert.is_true(choices.may_end(completion("stop", "length")))
    assert.is_false(choices.may_end(completion("stop", false)))
    assert.is_false(choices.may_end(completion()))
    assert.is_false(choices.may_end(nil))
  end)

  it("are there, or their completion is, where anything has come", function()
    assert.is_false(choices.any {})
    assert.is_false(choices.any { completion = completion() })
    assert.is_true(choices.any { completion = completion(false) })
    assert.is_true(choices.any { completion = { id = "c1", choices = {} } })
  end)

  it("are put in order", function()
    local made = completion("stop", "stop", "stop")
    assert.is_false(choices.settle(made))
    assert.same({ 0, 1, 2 }, { made.choices[1].index, made.choices[2].index, made.choices[3].index })
  end)

  for reason, incomplete in pairs { length = true, content_filter = true, error = true, abort = true,
    network_error = true, insufficient_system_resource = true, of_the_future = true, stop = false, tool_calls = false,
    function_call = false, STOP = false, eos = false, end_turn = false, tool_use = false } do
    it(reason .. (incomplete and " is" or " is not") .. " incomplete", function()
      assert.equal(incomplete, choices.settle(completion("stop", reason)))
    end)
  end
end)
