-- What is sent to a session: messages, results of tools, answers to requests.

local input = require "oai.agents.input"
local oai = require "oai"

local function sent(value)
  return input.message(value, "send").input
end

describe("agents.input", function()
  it("has messages of texts, of messages and of lists of both", function()
    local a = { role = "user", content = { { type = "input_text", text = "a" } } }
    local own = { role = "user", content = { { type = "input_image", image_url = "x" } } }
    assert.equal("agent.session.input.message", input.message("a", "send").type)
    assert.same({ a }, sent "a")
    assert.same({ own }, sent(own))
    assert.same({ a, own }, sent { "a", own })
    for given, said in pairs { [""] = "''", [5] = "number", [{ "a", 5 }] = "table", [{ "" }] = "table",
      [oai.array()] = "table" } do
      assert.has_error(function()
        input.message(given, "send")
      end, "oai: send: the input must be a text that is not empty, a message or a list of them, got " .. said)
    end
    assert.same({ type = "agent.session.input.cancel" }, input.cancel())
  end)

  it("has of a tool's value a text, content, null, or JSON", function()
    local content = { { type = "input_text", text = "a" }, { type = "input_image", image_url = "x" } }
    assert.equal(content, (input.output(content)))
    for expected, value in pairs { ["a"] = "a", ["5"] = 5, ["false"] = false, ["[]"] = oai.array(),
      ['[{"a":1}]'] = { { a = 1 } }, ['[{"type":"output_text"}]'] = { { type = "output_text" } },
      ['[{"type":"input_text"},"a"]'] = { { type = "input_text" }, "a" }, ['[{"type":5}]'] = { { type = 5 } } } do
      assert.equal(expected, (input.output(value)))
    end
    assert.equal(oai.null, (input.output(nil)))
    assert.equal(oai.null, (input.output(oai.null)))
    local none, reason = input.output "\255"
    assert.same({ nil, "the tool's text is not UTF-8" }, { none, reason })
    none, reason = input.output { a = print }
    assert.is_nil(none)
    assert.truthy(reason:find("^the tool's result cannot be JSON: a "), reason)
  end)

  it("has results and failures of calls", function()
    local call = { turn_id = "t", call_id = "c", more = 1 }
    assert.same({ type = "agent.session.input.tool_result", turn_id = "t", call_id = "c", success = true,
      output = "1" }, input.result(call, "1"))
    assert.same({ type = "agent.session.input.tool_result", turn_id = "t", call_id = "c", success = false,
      error = "no" }, input.failure(call, "no"))
  end)

  it("has decisions, or the API's own answers", function()
    local action = { type = "approval", request_id = "r" }
    local function response(answer)
      local event = input.approval(action, answer)
      assert.same({ "agent.session.input.approval_result", "r" }, { event.type, event.request_id })
      return event.response
    end
    for decision, answer in pairs { approve = true, deny = false, later = "later" } do
      assert.same({ type = "mcp_tool_call", decision = decision }, response(answer))
    end
    assert.same({ any = 1 }, response { any = 1 })
  end)
end)
