-- What of a chat completion is sent back as the assistant's message.

local connect = require "spec.support.connect"
local json = require "oai.codec.json"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local to_message = require "oai.history.message"

local function call(id, arguments, fields)
  local of = { id = id, type = "function", ["function"] = { name = "f", arguments = arguments } }
  for name, value in pairs(fields or {}) do
    of[name] = value
  end
  return of
end

local function message_of(message, reason, options)
  return to_message({ object = "chat.completion", choices = { { index = 0, message = message,
    finish_reason = reason or "stop" } } }, options)
end

describe("history.message", function()
  it("is a method of what a call returns, and is sent", function()
    local message = { role = "assistant", tool_calls = { call("c1", "{}") }, refusal = oai.null, annotations = {} }
    local reply = { json = { id = "c", object = "chat.completion",
      choices = { { index = 0, finish_reason = "tool_calls", message = message } } } }
    local scene = server:scenario { replies = { reply, reply } }
    local client = connect.to(scene)
    local messages = { { role = "user", content = "hi" } }
    table.insert(messages, assert(client.chat.completions:create { model = "m", messages = messages }):to_message())
    assert(client.chat.completions:create { model = "m", messages = messages })
    assert.is_truthy(scene:requests()[2].body:find('{"content":null,"role":"assistant","tool_calls":[{"function":' ..
      '{"arguments":"{}","name":"f"},"id":"c1","type":"function"}]}', 1, true))
  end)

  it("has the text, a refusal and the id of sound, and nothing else", function()
    assert.same({ role = "assistant", content = "Hi" }, message_of { role = "assistant", content = "Hi",
      refusal = oai.null, annotations = { {} }, parsed = {}, provider = "x", reasoning_content = "hm" })
    assert.same({ role = "assistant", content = json.null, refusal = "No" }, message_of { refusal = "No" })
    assert.same({ role = "assistant", content = json.null, audio = { id = "a1" } },
      message_of { audio = { id = "a1", data = "AA==", transcript = "Hi", expires_at = 1 } })
    assert.same({ role = "assistant", content = "" }, message_of { content = "" })
  end)

  it("is a copy", function()
    local message = { content = { { type = "text", text = "Hi" } } }
    message_of(message).content[1].text = "other"
    assert.equal("Hi", message.content[1].text)
  end)

  it("has calls as the server made them, without what a program made of them", function()
    local signed = call("c1", "{}", { index = 0, extra_content = { google = { thought_signature = "S" } } })
    signed["function"].parsed_arguments = {}
    local custom = { id = "c2", type = "custom", custom = { name = "sh", input = "ls" } }
    assert.same({ call("c1", "{}", { extra_content = { google = { thought_signature = "S" } } }), custom },
      message_of({ tool_calls = { signed, custom } }, "tool_calls").tool_calls)
    assert.same({ name = "f", arguments = "{}" },
      message_of({ function_call = { name = "f", arguments = "{}" } }, "function_call").function_call)
  end)

  it("has arguments as a text, whatever a server made of them", function()
    local calls = { call("c1", { a = 1 }), call("c2"), call("c3", json.null), call("c4", "") }
    assert.same({ call("c1", '{"a":1}'), call("c2", "{}"), call("c3", "{}"), call("c4", "") },
      message_of({ tool_calls = calls }, "tool_calls").tool_calls)
    local odd = { { id = "c5", type = "function", ["function"] = json.array() } }
    assert.same(odd, message_of({ tool_calls = odd }, "tool_calls").tool_calls)
    assert.is_nil(odd[1]["function"].arguments)
    assert.same({ call("c1", '{"a":1}') }, message_of({ tool_calls = { calls[1], calls[2] } }, "length").tool_calls)
  end)

  it("leaves out a call that was cut, and keeps one that is no JSON all the same", function()
    local calls = { call("c1", "{}"), call("c2", '{"a') }
    assert.same({ call("c1", "{}") }, message_of({ tool_calls = calls }, "length").tool_calls)
    assert.same(calls, message_of({ tool_calls = calls }, "tool_calls").tool_calls)
    assert.is_nil(message_of({ content = "x", tool_calls = json.array() }, "stop").tool_calls)
  end)

  it("has reasoning as far as servers want it back", function()
    local with_calls = { reasoning_content = "hm", reasoning = "hm", tool_calls = { call("c1", "{}") } }
    assert.same({ "hm" }, { message_of(with_calls).reasoning_content, message_of(with_calls).reasoning })
    local details = { { type = "reasoning.encrypted", data = "E", index = 0 } }
    assert.same(details, message_of({ content = "x", reasoning_details = details }).reasoning_details)
    assert.same({ "hm", "hm" }, { message_of(with_calls, "stop", { reasoning = true }).reasoning_content,
      message_of(with_calls, "stop", { reasoning = true }).reasoning })
    assert.is_nil(message_of(with_calls, "stop", { reasoning = false }).reasoning_content)
  end)

  it("is of the choice that is asked for", function()
    local completion = { choices = { { message = { content = "a" }, finish_reason = "stop" },
      { message = { content = "b" }, finish_reason = "stop" } } }
    assert.equal("b", to_message(completion, { choice = 2 }).content)
    assert.is_nil(to_message(completion, { choice = 3 }))
    assert.is_nil(to_message {})
  end)

  it("raises for options that are none", function()
    for given, message in pairs { [{ choise = 2 }] = "did you mean 'choice'", [{ choice = "2" }] = "must be a number",
      [2] = "must be a table" } do
      local done, err = pcall(message_of, { content = "x" }, "stop", given)
      assert.is_false(done)
      assert.is_truthy(tostring(err):find(message, 1, true), tostring(err))
    end
  end)
end)
