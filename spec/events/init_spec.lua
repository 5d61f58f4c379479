-- `stream:named_events()`: one method for all kinds of streams that have them.

local connect = require "spec.support.connect"
local json = require "oai.codec.json"
local named = require "spec.support.named"
local server = require("spec.support.server").start { tls = true }

local function piece(text, reason)
  return "data: " .. json.encode { id = "c", object = "chat.completion.chunk", choices = { { index = 0,
    delta = { content = text }, finish_reason = reason } } } .. "\n\n"
end

local function stream_of(...)
  local client = connect.to(server:scenario { replies = { { sse = { ... } } } }, { max_retries = 0 })
  return client.chat.completions:stream { model = "m", messages = {} }
end

local DONE = "data: [DONE]\n\n"

local function lines_of(stream)
  local lines = {}
  for event in stream:named_events() do
    lines[#lines + 1] = event.type ~= "other" and named.line(event) or nil
  end
  return lines
end

describe("stream:named_events", function()
  it("tells what the events say, and reads to the end", function()
    local stream = stream_of(piece "a", piece "b", piece "c", piece("d", "stop"), DONE)
    assert.same({ "content.delta choice=0 a of a", "content.delta choice=0 b of ab", "content.delta choice=0 c of abc",
      "content.delta choice=0 d of abcd", "content.done choice=0 abcd", "finish choice=0 stop" }, lines_of(stream))
    assert.equal("complete", stream.status)
    assert.equal("abcd", stream:final().choices[1].message.content)
  end)

  it("tells at the end what no event said to be whole", function()
    assert.same({ "content.delta choice=0 a of a", "content.done choice=0 a" }, lines_of(stream_of(piece "a", DONE)))
  end)

  it("raises the error of a stream that breaks, and calls nothing whole", function()
    local stream, lines = stream_of(piece "a"), {}
    local done, err = pcall(function()
      for event in stream:named_events() do
        lines[#lines + 1] = named.line(event)
      end
    end)
    assert.is_false(done)
    assert.equal("stream", err.kind)
    assert.same({ "content.delta choice=0 a of a" }, lines)
  end)

  it("goes on where another reader stopped", function()
    local stream = stream_of(piece "a", piece "b", piece("c", "stop"), DONE)
    stream:next()
    local next_event = stream:named_events()
    assert.equal("content.delta choice=0 b of ab", named.line(next_event()))
    assert.equal("content.delta choice=0 c of abc", named.line(next_event()))
    assert.equal("content.done choice=0 abc", named.line(stream:named_events()()))
    assert.equal("finish choice=0 stop", named.line(next_event()))
    assert.is_nil(next_event())
    assert.is_nil(next_event())
  end)

  it("waits in a task", function()
    local client = connect.to(server:scenario { replies = { { sse = { piece "a", piece("b", "stop"), DONE } } } })
    local task = client:spawn(function()
      local stream, lines = client.chat.completions:stream { model = "m", messages = {} }, {}
      local next_event = stream:named_events()
      local event = next_event()
      while event do
        lines[#lines + 1] = named.line(event)
        event = next_event()
      end
      return lines
    end)
    assert.same({ "content.delta choice=0 a of a", "content.delta choice=0 b of ab", "content.done choice=0 ab",
      "finish choice=0 stop" }, task:await())
  end)

  it("shows each event of the API", function()
    local stream = stream_of(piece "", piece("a", "stop"), DONE)
    local event = stream:named_events()()
    assert.equal("other", event.type)
    assert.equal("", event.raw.choices[1].delta.content)
  end)

  it("tells a reply that came whole", function()
    local client = connect.to(server:scenario { replies = { { json = { id = "c", object = "chat.completion", choices = {
      { index = 0, finish_reason = "stop", message = { role = "assistant", content = "Hi" } } } } } } })
    assert.same({ "content.delta choice=0 Hi of Hi", "content.done choice=0 Hi", "finish choice=0 stop" },
      lines_of(client.chat.completions:stream { model = "m", messages = {} }))
  end)

  it("is refused where a kind of stream has no names", function()
    local client = connect.to(server:scenario { replies = { { sse = { DONE } } } }, { max_retries = 0 })
    local stream = client.images:stream_generate { prompt = "p" }
    local done, err = pcall(stream.named_events, stream)
    assert.is_false(done)
    assert.is_truthy(tostring(err):find("its stream has no named_events", 1, true))
  end)
end)
