-- What chat completions have that responses have not, and what servers that
-- are like the API do otherwise.

local adapter = require "oai.run.chat"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

local api = turns.chat
local DONE = { api.message "done" }

local function finish(list, fields)
  local client, scene = api.scene(server, list)
  local run = api.run(client, fields)
  local _, err = run:final()
  return run, scene, err
end

local function nothing() end

describe("a run by chat completions", function()
  it("gives calls ids that have none, in the message too", function()
    local _, scene = finish({ { api.call("", "f"), api.call(nil, "f") }, { api.call(nil, "f") }, DONE },
      { tools = { f = { run = nothing } } })
    local messages = turns.body(scene, 3).messages
    assert.equal("call_1_1", messages[2].tool_calls[1].id)
    assert.equal("call_1_2", messages[2].tool_calls[2].id)
    assert.equal("call_1_2", messages[4].tool_call_id)
    assert.equal("call_2_1", messages[5].tool_calls[1].id)
    assert.equal("call_2_1", messages[6].tool_call_id)
    local calls = adapter.read(api.whole { { id = "a", ["function"] = {} },
      { id = "b", type = "custom", custom = {} } }, 1).calls
    assert.same({ "function", "custom" }, { calls[1].kind, calls[2].kind })
  end)

  it("sends back what other servers' models thought, and no fields of its own", function()
    local reply = api.whole { api.call("c1", "f") }
    local message = reply.choices[1].message
    message.reasoning_content, message.annotations = "hm", { "x" }
    local _, scene = finish({ { json = reply }, DONE }, { tools = { f = { run = nothing } } })
    local sent = turns.body(scene, 2).messages[2]
    assert.equal("hm", sent.reasoning_content)
    assert.is_nil(sent.annotations)
  end)

  it("answers custom tools", function()
    local call = { id = "c1", type = "custom", custom = { name = "shout", input = "hello" } }
    local shout = { type = "custom", name = "shout", run = string.upper }
    local _, scene = finish({ { call }, DONE }, { tools = { shout } })
    assert.equal("HELLO", api.outputs(turns.body(scene, 2)).c1)
    assert.same({ type = "custom", custom = { name = "shout" } }, turns.body(scene, 1).tools[1])
  end)

  it("asks a stream for what it used, unless the program has its own mind", function()
    local streamed = turns.streamed_chat
    for _, options in ipairs { false, { include_usage = false } } do
      local client, scene = streamed.scene(server, { DONE })
      assert(streamed.run(client, { stream_options = options or nil }):final())
      assert.same(options or { include_usage = true }, turns.body(scene, 1).stream_options)
    end
  end)

  it("tells the reasoning in a stream", function()
    local chunk = '{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{%s},"finish_reason":%s}]}'
    local client = turns.streamed_chat.scene(server, { { sse = {
      { data = chunk:format('"reasoning_content":"hm"', "null") },
      { data = chunk:format('"content":"done"', '"stop"') },
      { data = "[DONE]" } } } })
    local seen = {}
    turns.told(turns.streamed_chat.run(client, {}), function(event)
      seen[event.type] = event.text
    end)
    assert.equal("hm", seen.reasoning)
    assert.equal("done", seen.text)
  end)

  it("tells a model of a call that names no function", function()
    local run, scene = finish({ { { id = "c1", type = "function" } }, DONE }, { tools = { f = { run = nothing } } })
    assert.equal("unknown_tool", run.errors[1].reason)
    assert.equal("Error: the call names no tool; there are: f", api.outputs(turns.body(scene, 2)).c1)
  end)

  it("is an error where there is no message", function()
    local _, _, err = finish({ { json = { object = "chat.completion", choices = { false } } } }, {})
    assert.truthy(err)
  end)
end)
