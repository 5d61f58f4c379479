-- The stream of legacy completions: chunks of text to the completion.

local completions = require "oai.dialect.completions"
local json = require "oai.codec.json"

local function chunk(...)
  return { id = "c", object = "text_completion", created = 1, model = "m", choices = { ... } }
end

local function fold_all(...)
  local state = completions.new_state()
  for i = 1, select("#", ...) do
    completions.fold(state, (select(i, ...)))
  end
  return state
end

describe("dialect.completions", function()
  it("adds up", function()
    local last = chunk()
    last.usage = { total_tokens = 3 }
    local state = fold_all(chunk { index = 0, text = "He" }, chunk { index = 0, text = "y", logprobs = { n = 1 } },
      chunk { index = 0, text = "", finish_reason = "stop" }, last)
    local completion, incomplete = completions.result(state)
    assert.same({ id = "c", object = "text_completion", created = 1, model = "m", usage = { total_tokens = 3 },
      choices = { { index = 0, text = "Hey", finish_reason = "stop", logprobs = { n = 1 } } } }, completion)
    assert.is_false(incomplete)
    assert.is_true(completions.may_end(state))
  end)

  it("keeps choices apart", function()
    local completion = completions.result(fold_all(chunk { index = 0, text = "a" }, chunk { index = 1, text = "b" },
      chunk({ index = 0, text = "A" }, { index = 1, text = "B" })))
    assert.same({ { index = 0, text = "aA" }, { index = 1, text = "bB" } }, completion.choices)
  end)

  it("sorts choices by index", function()
    local completion = completions.result(fold_all(chunk { index = 1, text = "b" }, chunk { index = 0, text = "a" }))
    assert.same({ { index = 0, text = "a" }, { index = 1, text = "b" } }, completion.choices)
  end)

  it("adds log probabilities up", function()
    local function part(text, logprob, offset)
      return chunk { index = 0, text = text, logprobs = { tokens = { text }, token_logprobs = { logprob },
        top_logprobs = { { [text] = logprob } }, text_offset = { offset } } }
    end
    local completion = completions.result(fold_all(part("index", json.null, 0), part("b", -2, 5)))
    assert.same({ tokens = { "index", "b" }, token_logprobs = { json.null, -2 },
      top_logprobs = { { index = json.null }, { b = -2 } }, text_offset = { 0, 5 } }, completion.choices[1].logprobs)
  end)

  it("joins texts of any name", function()
    local completion = completions.result(fold_all(chunk { index = 0, text = "", reasoning_content = "a" },
      chunk { index = 0, text = "", reasoning_content = "a", stop_reason = "eos" },
      chunk { index = 0, text = "t", stop_reason = "eos" }))
    assert.same({ index = 0, text = "t", reasoning_content = "aa", stop_reason = "eos" }, completion.choices[1])
  end)

  it("loses no usage to a chunk that says less", function()
    local one, two = chunk { index = 0, text = "a" }, chunk { index = 0, text = "b" }
    one.usage, two.usage, two.id, two.model = { total_tokens = 3 }, {}, "", nil
    local completion = completions.result(fold_all(one, two))
    assert.same({ { total_tokens = 3 }, "c", "m" }, { completion.usage, completion.id, completion.model })
  end)

  it("takes chunks of a chat", function()
    local state = fold_all(chunk { index = 0, delta = { content = "a" } },
      chunk { index = 0, delta = { content = { { type = "text", text = "b" } } }, finish_reason = "stop" })
    assert.equal("ab", completions.result(state).choices[1].text)
    assert.equal("a", completions.text(chunk { index = 0, delta = { content = "a" } }))
  end)

  it("has nothing without a choice and an id", function()
    assert.is_nil((completions.result(fold_all({ object = "text_completion" }, {}))))
    assert.equal("c", completions.result(fold_all(chunk())).id)
  end)

  it("says that a choice holds an error", function()
    local event = chunk { index = 0, text = "", error = { message = "died" } }
    assert.equal("a choice holds an error", completions.fold(completions.new_state(), event))
    assert.same({ message = "died" }, completions.failure(event))
  end)

  it("may not end before every choice has finished", function()
    assert.is_false(completions.may_end(completions.new_state()))
    assert.is_false(completions.may_end(fold_all(chunk())))
    assert.is_false(completions.may_end(fold_all(chunk { index = 0, text = "a", finish_reason = "" })))
    assert.is_false(completions.may_end(fold_all(chunk({ index = 0, finish_reason = "stop" },
      { index = 1, text = "b" }))))
  end)

  for _, reason in ipairs { "length", "content_filter", "error", "abort" } do
    it("is incomplete after " .. reason, function()
      local _, incomplete = completions.result(fold_all(chunk { index = 0, text = "a", finish_reason = reason }))
      assert.is_true(incomplete)
    end)
  end

  it("has nothing before the first chunk", function()
    assert.same({ n = 2, nil, false }, { n = select("#", completions.result(completions.new_state())),
      completions.result(completions.new_state()) })
  end)

  it("gives the text of the first choice", function()
    assert.equal("a", completions.text(chunk { text = "a" }))
    assert.equal("a", completions.text(chunk({ index = 1, text = "b" }, { index = 0, text = "a" })))
    assert.is_nil(completions.text(chunk { index = 1, text = "b" }))
    assert.is_nil(completions.text(chunk { index = 0, text = "" }))
    assert.is_nil(completions.text(chunk()))
    assert.is_nil(completions.is_last)
  end)

  it("changes no event", function()
    local first = chunk { index = 0, text = "a" }
    completions.result(fold_all(first, chunk { index = 0, text = "b" }))
    assert.same(chunk { index = 0, text = "a" }, first)
  end)
end)
