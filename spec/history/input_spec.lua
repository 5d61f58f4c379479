-- What of a response is sent back as input: over the wire, and item by item.

local connect = require "spec.support.connect"
local json = require "oai.codec.json"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local to_input = require "oai.history.input"

local REASONING = { type = "reasoning", id = "rs_1", summary = json.array(), encrypted_content = "ENC" }

local function with(item, fields)
  local result = {}
  for name, value in pairs(item) do
    result[name] = value
  end
  for name, value in pairs(fields) do
    result[name] = value
  end
  return result
end

local function call(fields)
  return with({ type = "function_call", id = "fc_1", call_id = "c1", name = "f", arguments = "{}",
    status = "completed" }, fields or {})
end

local function message(fields)
  return with({ type = "message", id = "msg_1", role = "assistant", status = "completed",
    content = { { type = "output_text", text = "Hi", annotations = json.array() } } }, fields or {})
end

local function input_of(output, fields)
  return to_input(with({ object = "response", status = "completed", output = output }, fields or {}))
end

--- The types of the items that are sent.
local function types_of(output, fields)
  local types = {}
  for i, item in ipairs(input_of(output, fields)) do
    types[i] = item.type
  end
  return types
end

describe("history.input", function()
  it("is a method of what a call returns", function()
    local reply = { json = { id = "resp_1", object = "response", status = "completed", store = false,
      output = { REASONING, call { created_by = "me", parsed_arguments = { a = 1 } } } } }
    local scene = server:scenario { replies = { reply, reply } }
    local client = connect.to(scene)
    local input = assert(client.responses:create { model = "m", input = "hi", store = false }):to_input()
    table.insert(input, { type = "function_call_output", call_id = "c1", output = "1" })
    assert(client.responses:create { model = "m", input = input, store = false })
    local sent = json.decode(scene:requests()[2].body).input
    assert.same({ REASONING, call(), { type = "function_call_output", call_id = "c1", output = "1" } }, sent)
  end)

  it("is a method of the beta's responses, and of what a stream adds up to", function()
    local reply = { json = { id = "resp_1", object = "response", status = "completed", output = { message() } } }
    local scene = server:scenario { replies = { reply, reply } }
    local client = connect.to(scene)
    assert.equal("Hi", client.beta.responses:create({ model = "m" }):to_input()[1].content[1].text)
    assert.equal("Hi", client.responses:stream({ model = "m" }):final():to_input()[1].content[1].text)
  end)

  it("is a list of copies, also where there is nothing", function()
    local item = message()
    input_of({ item })[1].content[1].text = "other"
    assert.equal("Hi", item.content[1].text)
    assert.equal("[]", json.encode(input_of {}))
    assert.equal("[]", json.encode(input_of(nil)))
  end)

  it("leaves out what is in no input", function()
    assert.same({ call() }, input_of { call { created_by = "x", parsed_arguments = {}, parsed = 1 } })
    local parsed = message()
    parsed.content[1].parsed = {}
    assert.same({ message() }, input_of { parsed })
    assert.same({ REASONING, message() }, input_of { with(REASONING, { status = "completed" }), message() })
    assert.is_nil(input_of({ call { id = "" } })[1].id)
    assert.is_nil(input_of({ call { id = oai.null } })[1].id)
  end)

  it("says null where there has to be one, and what has to be a list", function()
    local interpreter = { type = "code_interpreter_call", id = "ci_1", container_id = "c", status = "completed" }
    assert.equal('{"code":null,"container_id":"c","id":"ci_1","outputs":null,"status":"completed",' ..
      '"type":"code_interpreter_call"}', json.encode(input_of({ interpreter })[1]))
    local part = input_of({ message { content = { { type = "output_text", text = "Hi" } } } })[1].content[1]
    assert.equal('{"annotations":[],"text":"Hi","type":"output_text"}', json.encode(part))
  end)

  it("has reasoning only where the API knows it, and something follows it", function()
    local plain = with(REASONING, { encrypted_content = oai.null })
    assert.same({ "message" }, types_of({ plain, message() }, { store = false }))
    assert.same({ "reasoning", "message" }, types_of({ REASONING, message() }, { store = false }))
    assert.same({ "reasoning", "message" }, types_of({ plain, message() }, { store = true }))
    assert.same({ "reasoning", "message" }, types_of { plain, message() })
    assert.same({ "message" }, types_of { message(), REASONING })
    assert.same({ "reasoning", "reasoning", "message" }, types_of { REASONING, REASONING, message() })
    local open = with(plain, { content = { { type = "reasoning_text", text = "hm" } } })
    assert.same({ "reasoning", "message" }, types_of({ open, message() }, { store = false }))
  end)

  it("leaves out what was cut, and the reasoning that led to it", function()
    local cut = { status = "incomplete" }
    assert.same({ "message" }, types_of({ message(), REASONING, call { status = "incomplete", arguments = "{" } }, cut))
    assert.same({ "message" }, types_of({ message(cut), { type = "web_search_call", status = "searching" } }, cut))
    assert.same({}, types_of({ message { content = json.array(), status = "in_progress" } }, cut))
    assert.same({}, types_of({ call { status = false, arguments = '{"a' } }, cut))
    assert.same({ "function_call" }, types_of({ call { status = false } }, { status = "in_progress" }))
    assert.equal("incomplete", input_of({ message { status = "in_progress" } }, cut)[1].status)
    assert.same({ "function_call" }, types_of { call { status = "in_progress" } }) -- the response says that it is whole
    assert.same({ "function_call" }, types_of({ call { arguments = "{" } }, cut))
    assert.same({ "function_call" }, types_of({ call { arguments = { a = 1 }, status = false } }, cut))
    assert.same({ "web_search_call" }, types_of({ { type = "web_search_call" } }, cut))
    assert.same({ "message" }, types_of({ REASONING, call { status = "incomplete", arguments = "{" }, message() }, cut))
  end)

  it("takes half of a message for one where it has text, or what is none", function()
    for content, is_sent in pairs {
      [{ { type = "refusal", refusal = "No" } }] = true, [{ { type = "refusal", refusal = "" } }] = false,
      [{ { type = "output_text", text = "" } }] = false, [{ { type = "output_image", image_url = "x" } }] = true,
      ["Hi"] = true, [""] = false,
    } do
      assert.equal(is_sent and 1 or 0, #input_of({ message { content = content } }, { status = "incomplete" }))
    end
  end)

  it("has a summary of reasoning, if none is there one of nothing", function()
    local thought = with(REASONING, { summary = { { type = "summary_text", text = "so" } } })
    assert.same({ thought, message() }, input_of { thought, message() })
    thought.summary = nil
    assert.same({ REASONING, message() }, input_of { thought, message() })
  end)

  it("passes hosted tools, MCP, custom tools and what is not known yet", function()
    local items = {
      { type = "web_search_call", id = "ws_1", status = "completed", action = { type = "search", query = "q" } },
      { type = "mcp_list_tools", id = "mcpl_1", server_label = "s", tools = json.array() },
      { type = "mcp_approval_request", id = "mcpr_1", server_label = "s", name = "n", arguments = "{}" },
      { type = "mcp_call", id = "mcp_1", server_label = "s", name = "n", arguments = "{}", output = "1" },
      { type = "custom_tool_call", id = "ctc_1", call_id = "c1", name = "sh", input = "ls" },
      { type = "image_generation_call", id = "ig_1", status = "completed", result = "AA==" },
      { type = "compaction", id = "cmp_1", encrypted_content = "E" },
      { type = "of_tomorrow", id = "x_1", anything = { 1 } },
    }
    assert.same(items, input_of(items))
  end)
end)
