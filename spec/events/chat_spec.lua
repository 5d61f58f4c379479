-- Chat completions by named events: chunks to lines of what they say.

local json = require "oai.codec.json"
local named = require "spec.support.named"
local oai = require "oai"

--- A chunk of the first choice.
local function chunk(delta, reason, index)
  return { object = "chat.completion.chunk", id = "c", choices = { { index = index or 0, delta = delta,
    finish_reason = reason } } }
end

local function call(index, id, name, arguments)
  return { tool_calls = { { index = index, id = id, type = id and "function",
    ["function"] = { name = name, arguments = arguments } } } }
end

local CASES = {
  { "content, then the usage", {
    chunk { role = "assistant", content = "" }, chunk { content = "Hel" }, chunk { content = "lo" }, chunk({}, "stop"),
    { choices = {}, usage = { total_tokens = 3 } },
  }, {
    "content.delta choice=0 Hel of Hel", "content.delta choice=0 lo of Hello", "content.done choice=0 Hello",
    "finish choice=0 stop", "usage 3",
  } },
  { "reasoning in two fields is told once", {
    chunk { reasoning = "a", reasoning_content = "a" }, chunk { reasoning = "b", reasoning_content = "b" },
    chunk({ content = "x" }, "stop"),
  }, {
    "reasoning.delta choice=0 a of a", "reasoning.delta choice=0 b of ab", "reasoning.done choice=0 ab",
    "content.delta choice=0 x of x", "content.done choice=0 x", "finish choice=0 stop",
  } },
  { "reasoning in parts of the content", {
    chunk { content = { { type = "thinking", thinking = { { type = "text", text = "h" } } } } },
    chunk { content = { { type = "thinking", thinking = { { type = "text", text = "m" } } } } },
    chunk { content = { { type = "text", text = "x" } } }, chunk({ content = "y" }, "stop"),
  }, {
    "reasoning.delta choice=0 h of h", "reasoning.delta choice=0 m of hm", "reasoning.done choice=0 hm",
    "content.delta choice=0 x of x", "content.delta choice=0 y of xy", "content.done choice=0 xy",
    "finish choice=0 stop",
  } },
  { "a refusal", { chunk { refusal = "No" }, chunk({ refusal = "." }, "stop") }, {
    "refusal.delta choice=0 No of No", "refusal.delta choice=0 . of No.", "refusal.done choice=0 No.",
    "finish choice=0 stop",
  } },
  { "two choices by turns", {
    chunk { content = "a" }, chunk({ content = "b" }, nil, 1), chunk({ content = "c" }, "stop"), chunk({}, "stop", 1),
  }, {
    "content.delta choice=0 a of a", "content.delta choice=1 b of b", "content.delta choice=0 c of ac",
    "content.done choice=0 ac", "finish choice=0 stop", "content.done choice=1 b", "finish choice=1 stop",
  } },
  { "calls by turns are whole when they are JSON", {
    chunk(call(0, "c1", "f", "{")), chunk(call(1, "c2", "g", "{}")), chunk(call(0, nil, nil, "}")),
    chunk({}, "tool_calls"),
  }, {
    "tool_call.delta choice=0 index=0 call_id=c1 name=f kind=function { of {",
    "tool_call.delta choice=0 index=1 call_id=c2 name=g kind=function {} of {}",
    "tool_call.done choice=0 index=1 call_id=c2 name=g kind=function {}",
    "tool_call.delta choice=0 index=0 call_id=c1 name=f kind=function } of {}",
    "tool_call.done choice=0 index=0 call_id=c1 name=f kind=function {}", "finish choice=0 tool_calls",
  } },
  { "two calls in one chunk, without indexes", {
    chunk { tool_calls = { { id = "c1", ["function"] = { name = "f", arguments = "{}" } },
      { id = "c2", ["function"] = { name = "g", arguments = { a = 1 } } } } }, chunk({}, "tool_calls"),
  }, {
    "tool_call.delta choice=0 index=0 call_id=c1 name=f kind=function {} of {}",
    "tool_call.done choice=0 index=0 call_id=c1 name=f kind=function {}",
    'tool_call.delta choice=0 index=1 call_id=c2 name=g kind=function {"a":1} of {"a":1}',
    'tool_call.done choice=0 index=1 call_id=c2 name=g kind=function {"a":1}', "finish choice=0 tool_calls",
  } },
  { "a custom tool's input is whole at the end", {
    chunk { tool_calls = { { index = 0, id = "c1", type = "custom", custom = { name = "sh", input = "" } } } },
    chunk { tool_calls = { { index = 0, custom = { input = "ls" } } } }, chunk({}, "tool_calls"),
  }, {
    "tool_call.delta choice=0 index=0 call_id=c1 name=sh kind=custom  of ",
    "tool_call.delta choice=0 index=0 call_id=c1 name=sh kind=custom ls of ls",
    "tool_call.done choice=0 index=0 call_id=c1 name=sh kind=custom ls", "finish choice=0 tool_calls",
  } },
  { "the one call of former times", {
    chunk { function_call = { name = "f", arguments = "{" } }, chunk({ function_call = { arguments = "}" } },
      "function_call"),
  }, {
    "tool_call.delta choice=0 index=0 name=f kind=function { of {",
    "tool_call.delta choice=0 index=0 name=f kind=function } of {}",
    "tool_call.done choice=0 index=0 name=f kind=function {}", "finish choice=0 function_call",
  } },
  { "what was cut is not whole", {
    chunk { content = "ha" }, chunk(call(0, "c1", "f", '{"a":')), chunk({}, "length"),
  }, {
    "content.delta choice=0 ha of ha", "content.done choice=0 ha",
    'tool_call.delta choice=0 index=0 call_id=c1 name=f kind=function {"a": of {"a":',
    "finish choice=0 length, incomplete",
  } },
  { "what ends twice has finished once", { chunk({ content = "x" }, "stop"), chunk({}, "stop") }, {
    "content.delta choice=0 x of x", "content.done choice=0 x", "finish choice=0 stop",
  } },
  { "an end without a reason", { chunk { content = "x" }, "[DONE]" }, {
    "content.delta choice=0 x of x", "content.done choice=0 x",
  } },
}

describe("events.chat", function()
  for _, case in ipairs(CASES) do
    it("tells " .. case[1], function()
      assert.same(case[3], (named.of("chat", case[2])))
    end)

    it("tells " .. case[1] .. ", from texts", function()
      local events = {}
      for i, event in ipairs(case[2]) do
        events[i] = type(event) == "table" and json.encode(event) or event
      end
      assert.same(case[3], (named.of("chat", events)))
    end)
  end

  it("tells of a call whose arguments come as a value how long they are", function()
    local accumulator, lengths = oai.accumulate "chat", {}
    for _, arguments in ipairs { "", { a = 1 }, { b = 22 } } do
      for _, one in ipairs(assert(accumulator:add(chunk(call(0, "c1", "f", arguments))))) do
        lengths[#lengths + 1] = one.type == "tool_call.delta" and one.length or nil
      end
    end
    assert.same({ 0, 7, 8 }, lengths)
  end)

  it("tells nothing of a call and a usage that are none", function()
    assert.same({}, (named.of("chat", { chunk { function_call = "x" },
      { choices = {}, usage = {} }, { choices = {}, usage = 5 } })))
  end)

  it("says a second time that a text is whole which went on", function()
    local texts = {}
    for _, line in ipairs((named.of("chat", {
      chunk { content = "a" }, chunk { reasoning = "m" }, chunk { content = "b" }, chunk { reasoning = "n" },
      chunk({ content = "c" }, "stop"),
    }))) do
      texts[#texts + 1] = line:match("%.done choice=0 (.*)")
    end
    assert.same({ "a", "m", "abc", "mn" }, texts)
  end)
end)
