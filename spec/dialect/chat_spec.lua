-- The stream of chat completions: chunks to the completion they add up to.
-- Facts are in spec/support/facts/chat_stream.lua.

local chat = require "oai.dialect.chat"
local facts = require "spec.support.facts.chat_stream"
local json = require "oai.codec.json"
local like = require "spec.support.like"
local told = require "spec.support.told"

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

--- Whether a completion says of a choice that it has finished.
local function says_end(completion)
  for _, choice in ipairs(completion.choices) do
    if choice.finish_reason then
      return true
    end
  end
  return not completion.choices[1]
end

describe("dialect.chat", function()
  for _, fact in ipairs(facts.cases) do
    describe(fact[1], function()
      it("adds up", function()
        local completion, incomplete = chat.result(fold_all(fact[2]))
        assert.is_nil(like(fact[3], completion))
        assert.equal(fact.incomplete or not says_end(completion), incomplete)
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
      local state, count = told.fold_all(chat, texts)
      return chat.result(state), count
    end

    local function line(content, more)
      return ('{"id":"c1","choices":[{"index":0,"delta":{"content":"%s"}%s}],"obfuscation":"%s"%s}'):format(content,
        more and more.choice or "", ("x"):rep(#content), more and more.event or "")
    end

    it("folds those that are alike", function()
      local completion, count = fold_texts { line "", line "a", line "b", line [[\n]], line [[\"c\"]], line [[\\]],
        line "d" }
      assert.equal('ab\n"c"\\d', completion.choices[1].message.content)
      assert.equal(6, count)
    end)

    it("folds arguments that are alike, with what a call repeats", function()
      for _, repeated in ipairs { '"index":0,', '"index":0,"id":"t","type":"function",', "" } do
        local function piece(name, arguments)
          return ('{"choices":[{"index":0,"delta":{"tool_calls":[{%s"function":{%s"arguments":"%s"}}]}}]}'):format(
            repeated, name, arguments)
        end
        local completion, count = fold_texts { piece('"name":"w",', ""), piece("", "1"), piece("", "2"), piece("", "3"),
          piece("", "4") }
        assert.equal("1234", completion.choices[1].message.tool_calls[1]["function"].arguments)
        assert.equal(3, count)
      end
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
        told.fold(chat, state, line(text))
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

  it("makes the same of events whether it is told their texts or not", function()
    local pool = { '{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}' }
    for _, fields in ipairs { '"content":"a"', '"content":"\\n"', '"role":"assistant","content":"b"', '"reasoning":"r"',
      '"refusal":"f"', '"content":[{"type":"text","text":"p"}]', '"content":"c","reasoning":"r"', '"name":"n"',
      '"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"w","arguments":""}}]',
      '"tool_calls":[{"index":0,"function":{"arguments":"1"}}]',
      '"tool_calls":[{"index":0,"function":{"arguments":"2"}}]',
      '"tool_calls":[{"index":0,"id":"u","function":{"arguments":"3"}}]',
      '"tool_calls":[{"function":{"arguments":"4"}}]',
      '"tool_calls":[{"signature":"s","function":{"arguments":"7"}}]',
      '"tool_calls":[{"index":0,"signature":"s","function":{"arguments":"5"}}]',
      '"tool_calls":[{"index":1,"id":"v","function":{"name":"v","arguments":"6"}}]' } do
      for _, more in ipairs { '', ',"logprobs":{"content":[{"token":"a"}]}', ',"stop_reason":5' } do
        pool[#pool + 1] = ('{"id":"c","choices":[{"index":0,"delta":{%s}%s}]}'):format(fields, more)
      end
      pool[#pool + 1] = ('{"id":"c","choices":[{"index":1,"delta":{%s}}]}'):format(fields)
      pool[#pool + 1] = ('{"id":"c","choices":[{"index":0,"delta":{%s}}],"obfuscation":"x","cites":[1]}'):format(fields)
    end
    local random = 7
    local function at_most(most) -- the same on each Lua
      random = random * 16807 % 2147483647
      return random % most + 1
    end
    for _ = 1, 200 do
      local one, other = chat.new_state(), chat.new_state()
      for _ = 1, 12 do
        local text = pool[at_most(#pool)]
        for _ = 1, at_most(4) do
          local event = assert(json.decode(text))
          assert.same(event, (told.fold(chat, one, text)))
          chat.fold(other, event)
        end
      end
      assert.same(chat.result(other), chat.result(one))
    end
  end)

  it("keeps texts in time with their number", function()
    local state = chat.new_state()
    for _ = 1, 100000 do
      chat.fold(state, event_of { content = "x" })
    end
    assert.equal(100000, #chat.result(state).choices[1].message.content)
  end)
end)
