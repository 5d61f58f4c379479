-- Legacy completions: the operation as it goes over the wire, and its stream.

local connect = require "spec.support.connect"
local operation = require "spec.support.operation"
local server = require("spec.support.server").start { tls = true }

describe("completions", function()
  operation.show(server, {
    name = "create", method = "POST", path = "/completions", body = { model = "m", prompt = "Once" },
    call = function(client)
      return client.completions:create { model = "m", prompt = "Once" }
    end,
  })

  it("stream their text", function()
    local scene = server:scenario { replies = { { sse = {
      { data = { id = "x", choices = { { index = 0, text = "up" } } } },
      { data = { id = "x", choices = { { index = 0, text = "on", finish_reason = "stop" } } } },
      "data: [DONE]\n\n",
    } } } }
    local stream = assert(connect.to(scene).completions:create { model = "m", prompt = "Once", stream = true })
    local texts = {}
    for text in stream:text() do
      texts[#texts + 1] = text
    end
    assert.same({ "up", "on" }, texts)
    assert.equal("upon", stream:final().choices[1].text)
    assert.equal("complete", stream.status)
  end)
end)
