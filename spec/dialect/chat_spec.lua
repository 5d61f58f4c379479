-- The stream of chat completions: chunks to the completion they add up to.
-- Facts are in spec/support/facts/chat_stream.lua.

local chat = require "oai.dialect.chat"
local facts = require "spec.support.facts.chat_stream"
local json = require "oai.codec.json"
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

  it("gives the text of the choice of index 0 alone, wherever it stands", function()
    local function text_of(...)
      return chat.text(facts.chunk({ ... }).chunk)
    end
    assert.equal("a", text_of({ index = 1, delta = { content = "b" } }, { index = 0, delta = { content = "a" } }))
    assert.is_nil(text_of { index = 1, delta = { content = "b" } })
    assert.equal("a", text_of { delta = { content = "a" } })
    assert.equal("a", text_of { index = "0", delta = { content = "a" } })
  end)

  it("gives text and nothing else", function()
    assert.is_nil(chat.text(event_of { content = "" }))
    assert.equal("ab", chat.text(event_of { content = { { type = "text", text = "a" }, { type = "text", text = "b" },
      { type = "thinking", thinking = "t" }, 1 } }))
    assert.is_nil(chat.text(event_of { content = { { type = "thinking", thinking = { { text = "t" } } } } }))
    for _, content in ipairs { 1, true, {}, { 1 } } do
      assert.is_nil(chat.text(event_of { content = content }))
    end
  end)

  it("says that a choice holds an error", function()
    local failure = { code = 502, message = "upstream died" }
    local event = facts.chunk({ { index = 0, delta = { content = "an" }, finish_reason = "error",
      error = failure } }).chunk
    local state = fold_all { { content = "Half " } }
    assert.equal("a choice holds an error", chat.fold(state, event))
    assert.same(failure, chat.failure(event))
    assert.equal("Half an", chat.result(state).choices[1].message.content)
    assert.is_nil(chat.failure(event_of { content = "a" }))
    assert.is_nil(chat.failure(facts.chunk({ { index = 0, delta = {}, error = "" } }).chunk))
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

  describe("told the texts of events", function()
    local function fold_texts(texts)
      local state = chat.new_state()
      for _, text in ipairs(texts) do
        chat.fold(state, assert(json.decode(text)), text)
      end
      return chat.result(state)
    end

    local function line(content, more)
      return ('{"id":"c1","choices":[{"index":0,"delta":{"content":"%s"}%s}],"obfuscation":"%s"%s}'):format(content,
        more and more.choice or "", ("x"):rep(#content), more and more.event or "")
    end

    it("folds those that are alike", function()
      local completion = fold_texts { line "", line "a", line "b", line [[\n]], line [[\"c\"]], line [[\\]], line "d" }
      assert.equal('ab\n"c"\\d', completion.choices[1].message.content)
    end)

    for name, more in pairs {
      ["around the choices"] = { event = ',"citations":["u"]' },
      ["in the choice"] = { choice = ',"stop_reason":5' },
    } do
      it("sees what is new " .. name, function()
        local completion = fold_texts { line "a", line "b", line("c", more), line "d", line("e", more) }
        assert.equal("abcde", completion.choices[1].message.content)
        assert.truthy(completion.citations or completion.choices[1].stop_reason)
      end)
    end

    it("adds up what adds up though it is the same", function()
      local more = { choice = ',"logprobs":{"content":[{"token":"a"}]}' }
      local completion = fold_texts { line("a", more), line("a", more), line("a", more) }
      assert.equal("aaa", completion.choices[1].message.content)
      assert.equal(3, #completion.choices[1].logprobs.content)
      local line_of_two = line("a"):gsub('"content"', '"reasoning":"r","content"')
      assert.equal("rr", fold_texts({ line_of_two, line_of_two }).choices[1].message.reasoning)
    end)

    it("goes on after it was looked at", function()
      local state = chat.new_state()
      for _, text in ipairs { "a", "b", "c", "d" } do
        chat.fold(state, json.decode(line(text)), line(text))
        chat.result(state)
      end
      assert.equal("abcd", chat.result(state).choices[1].message.content)
    end)

    it("keeps the choices apart", function()
      local other = line("x"):gsub('"index":0', '"index":1')
      local completion = fold_texts { line "a", line "b", other, line "c", other, other }
      assert.same({ "abc", "xxx" }, { completion.choices[1].message.content, completion.choices[2].message.content })
    end)

    it("goes on when parts come", function()
      local parts = line("x"):gsub('"x"', '[{"type":"text","text":"p"}]', 1)
      local completion = fold_texts { line "a", line "b", parts, line "c", line "d" }
      assert.same({ { type = "text", text = "abpcd" } }, completion.choices[1].message.content)
    end)
  end)

  it("keeps texts in time with their number", function()
    local state = chat.new_state()
    for _ = 1, 100000 do
      chat.fold(state, event_of { content = "x" })
    end
    assert.equal(100000, #chat.result(state).choices[1].message.content)
  end)
end)
