-- The stream of chat completions: chunks to the completion they add up to.
-- Facts are in spec/support/facts/chat_stream.lua.

local chat = require "oai.dialect.chat"
local facts = require "spec.support.facts.chat_stream"
local like = require "spec.support.like"

local function event_of(delta)
  return delta.chunk or facts.chunk({ { index = 0, delta = delta } }).chunk
end

local function fold_all(deltas, look_each_time)
  local state = chat.new_state()
  for _, delta in ipairs(deltas) do
    chat.fold(state, event_of(delta))
    if look_each_time then
      chat.result(state)
    end
  end
  return state
end

describe("dialect.chat", function()
  for _, fact in ipairs(facts.cases) do
    describe(fact[1], function()
      it("adds up", function()
        local completion, incomplete = chat.result(fold_all(fact[2]))
        assert.is_nil(like(fact[3], completion))
        assert.equal(fact.incomplete or false, incomplete)
      end)

      it("adds up when it is looked at in between", function()
        assert.is_nil(like(fact[3], (chat.result(fold_all(fact[2], true)))))
      end)

      if fact.may_end ~= nil then
        it(fact.may_end and "may end" or "may not end", function()
          assert.equal(fact.may_end, chat.may_end(fold_all(fact[2])))
        end)
      end
    end)
  end

  it("may not end before it began", function()
    assert.is_false(chat.may_end(chat.new_state()))
    assert.same({ n = 2, nil, false }, { n = select("#", chat.result(chat.new_state())),
      chat.result(chat.new_state()) })
  end)

  it("gives the text of the first choice", function()
    assert.equal("a", chat.text(event_of { content = "a" }))
    assert.is_nil(chat.text(event_of {}))
    assert.is_nil(chat.text(facts.chunk({}).chunk))
    assert.is_nil(chat.text({}))
  end)

  it("ends with no event", function()
    assert.is_nil(chat.is_last)
  end)

  it("changes no event", function()
    local first = facts.chunk({ { index = 0,
      delta = { tool_calls = { { index = 0, ["function"] = { arguments = "1" } } } },
      logprobs = { content = { { token = "a" } } } } }).chunk
    local state = chat.new_state()
    chat.fold(state, first)
    chat.fold(state, facts.chunk({ { index = 0,
      delta = { tool_calls = { { index = 0, ["function"] = { arguments = "2" } } } },
      logprobs = { content = { { token = "b" } } }, finish_reason = "stop" } }).chunk)
    chat.result(state)
    assert.same({ { index = 0, delta = { tool_calls = { { index = 0, ["function"] = { arguments = "1" } } } },
      logprobs = { content = { { token = "a" } } } } }, first.choices)
  end)

  it("keeps texts in time with their number", function()
    local state = chat.new_state()
    for _ = 1, 100000 do
      chat.fold(state, event_of { content = "x" })
    end
    assert.equal(100000, #chat.result(state).choices[1].message.content)
  end)
end)
