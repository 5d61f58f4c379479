-- What responses have that chat completions have not: reasoning, phases,
-- hosted and custom tools, namespaces, callers, tools that the program carries
-- out for the API, conversations that it keeps.
local adapter = require "oai.run.responses"

local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

local api = turns.responses
local DONE = api.message "done"

local function finish(list, fields)
  local client, scene = api.scene(server, list)
  local run = api.run(client, fields)
  local _, err = run:final()
  return run, scene, err
end

local function answering(text)
  return { run = function()
    return text
  end }
end

describe("a run by responses", function()
  it("sends back what the model thought, encrypted where the API keeps nothing", function()
    local thought = { type = "reasoning", id = "rs_1", summary = {}, encrypted_content = "ENC" }
    for _, case in ipairs { { nil, nil, nil }, { false, nil, { "reasoning.encrypted_content" } },
      { false, { "x" }, { "x", "reasoning.encrypted_content" } },
      { false, { "reasoning.encrypted_content" }, { "reasoning.encrypted_content" } }, { true, { "x" }, { "x" } } } do
      local _, scene = finish({ { thought, api.call("c1", "f") }, { DONE } },
        { store = case[1], include = case[2], tools = { f = answering "x" } })
      assert.same(case[3], turns.body(scene, 1).include)
      local item = turns.body(scene, 2).input[2]
      assert.equal("ENC", item.encrypted_content)
      assert.equal("rs_1", item.id)
    end
  end)

  it("ends with an answer, not with a comment on the way there", function()
    local comment = api.message("let me look", "commentary")
    for _, one in ipairs { api, turns.streamed_responses } do
      local client, scene = one.scene(server, { { comment, api.call("c1", "f") }, { comment },
        { api.message("noon", "final_answer") } })
      local run = one.run(client, { tools = { f = answering "x" } })
      local texts = { text = "", commentary = "" }
      turns.told(run, function(event)
        if event.text then
          texts[event.type] = texts[event.type] .. event.text
        end
      end)
      assert.same({ text = "noon", commentary = "let me looklet me look" }, texts)
      assert.equal("noon", run.output_text)
      assert.equal("commentary", turns.body(scene, 2).input[2].phase)
      assert.equal(3, run.turns)
    end
  end)

  it("keeps what hosted tools did, and lets an empty answer be one", function()
    local searched = { type = "web_search_call", id = "ws_1", status = "completed", action = { type = "search" } }
    local run, scene = finish({ { searched, api.call("c1", "f") }, { "nothing" } },
      { tools = { { type = "web_search" }, f = answering "x" } })
    assert.equal("web_search", turns.body(scene, 1).tools[1].type)
    assert.equal("ws_1", turns.body(scene, 2).input[2].id)
    assert.equal("completed", run.status)
    assert.equal("", run.output_text)
  end)

  it("answers custom tools with what they return for a text", function()
    local call = { type = "custom_tool_call", id = "ctc_1", call_id = "c1", name = "shout", input = "hello" }
    local shout = { type = "custom", name = "shout", run = string.upper }
    local _, scene = finish({ { call }, { DONE } }, { tools = { shout } })
    assert.same({ type = "custom_tool_call_output", call_id = "c1", output = "HELLO" }, turns.body(scene, 2).input[3])
  end)

  it("finds functions in their namespaces, and deferred ones under their own names", function()
    local tools = {
      { type = "namespace", name = "crm", description = "Customers.", tools = { find = answering "in crm" } },
      { name = "find", defer_loading = true, run = answering("plain").run },
    }
    local searched = { type = "tool_search_output", id = "ts_1", execution = "server", status = "completed",
      tools = { { type = "function", name = "find" } } }
    local run, scene = finish({ { searched, api.call("c1", "find", "{}", { namespace = "crm" }),
      api.call("c2", "find", "{}", { namespace = "find" }), api.call("c3", "find"),
      api.call("c4", "find", "{}", { namespace = "other" }) }, { DONE } }, { tools = tools })
    local outputs = api.outputs(turns.body(scene, 2))
    assert.equal("in crm", outputs.c1)
    assert.equal("plain", outputs.c2)
    assert.equal("plain", outputs.c3)
    assert.truthy(outputs.c4:find "^Error: there is no tool")
    assert.equal("unknown_tool", run.errors[1].reason)
    assert.equal("ts_1", turns.body(scene, 2).input[2].id)
  end)

  it("lets those call a function that may, and says in the output who did", function()
    local function called(id, name, kind)
      return api.call(id, name, "{}", { caller = kind and { type = kind, caller_id = "p1" } })
    end
    local run, scene = finish({ { called("c1", "direct", "program"), called("c2", "program", "program"),
      called("c3", "direct", "direct"), called("c4", "direct"), called("c5", "program"),
      called("c6", "any", "program") }, { DONE } }, { tools = {
        direct = { allowed_callers = { "direct" }, run = answering("ran").run },
        program = { allowed_callers = { "programmatic" }, run = answering("ran").run },
        any = answering "ran",
      } })
    assert.same({ "c2", "c3", "c4", "c6" }, run.completed)
    for _, err in ipairs(run.errors) do
      assert.equal("not_allowed", err.reason)
    end
    assert.same({ type = "program", caller_id = "p1" }, turns.body(scene, 2).input[9].caller)
  end)

  it("does not run a call that was cut", function()
    local run = finish({ { api.call("c1", "f", "{}", { status = "incomplete" }) }, { DONE } },
      { tools = { f = answering "x" } })
    assert.equal("incomplete", run.errors[1].reason)
    assert.same({}, run.attempted)
  end)

  it("forces a tool in the first turn alone", function()
    for _, case in ipairs { { "required", nil }, { "auto", "auto" }, { { type = "function", name = "f" }, nil } } do
      local _, scene = finish({ { api.call("c1", "f") }, { DONE } },
        { tool_choice = case[1], tools = { f = answering "x" } })
      assert.same(case[1], turns.body(scene, 1).tool_choice)
      assert.same(case[2], turns.body(scene, 2).tool_choice)
    end
  end)

  it("sends of a conversation that the API keeps what is new", function()
    local run, scene = finish({ { api.call("c1", "f") }, { api.call("c2", "f") }, { DONE } },
      { conversation = "conv_1", tools = { f = answering "x" } })
    assert.same({ { role = "user", content = "hi" } }, turns.body(scene, 1).input)
    assert.same({ { type = "function_call_output", call_id = "c1", output = "x" } }, turns.body(scene, 2).input)
    assert.same({ { type = "function_call_output", call_id = "c2", output = "x" } }, turns.body(scene, 3).input)
    assert.equal(6, #run.items)
  end)

  it("goes on after a comment, and with what was said meanwhile", function()
    local _, scene = finish({ { { type = "reasoning", id = "rs_1", summary = {} }, api.message("wait", "commentary") },
      { DONE } }, {})
    assert.equal(2, #scene:requests())
    local client
    client, scene = api.scene(server, { { DONE }, { DONE } })
    local run = api.run(client, {})
    run:say "more"
    assert(run:final())
    assert.equal("more", turns.body(scene, 2).input[3].content)
  end)

  it("reads the texts of a message, whatever else is there", function()
    local message = api.message "x"
    table.insert(message.content, 1, { type = "output_image" })
    local run = finish({ { message } }, {})
    assert.equal("x", run.output_text)
    assert.equal("y", finish({ { { type = "message", role = "assistant", content = "y" } } }, {}).output_text)
    local phases = {}
    assert.is_nil(adapter.piece({ type = "response.output_item.added", output_index = 0, item = 5 }, phases))
    assert.is_nil(adapter.piece({ type = "response.output_item.done", output_index = 0, item = { phase = "a" } },
      phases))
    assert.same({}, phases)
  end)

  it("makes ten turns at most unless it is told otherwise", function()
    local list = {}
    for i = 1, 11 do
      list[i] = { api.call("c" .. i, "f") }
    end
    local run, scene = finish(list, { tools = { f = answering "x" } })
    assert.equal("max_turns", run.status)
    assert.equal(10, #scene:requests())
  end)

  it("goes on from an earlier response", function()
    local _, scene = finish({ { api.call("c1", "f") }, { DONE } },
      { previous_response_id = "resp_0", tools = { f = answering "x" } })
    assert.equal("resp_0", turns.body(scene, 2).previous_response_id)
    assert.equal(3, #turns.body(scene, 2).input)
  end)

  it("gives each turn an Idempotency-Key of its own", function()
    for _, name in ipairs { "Idempotency-Key", "idempotency-key" } do
      local client, scene = api.scene(server, { { api.call("c1", "f") }, { DONE } })
      assert(api.run(client, { tools = { f = answering "x" } }, { headers = { [name] = "mine" } }):final())
      assert.equal("mine", scene:requests()[1].header["idempotency-key"])
      assert.equal("mine-2", scene:requests()[2].header["idempotency-key"])
    end
  end)

  it("refuses what it cannot wait for", function()
    local client = api.scene(server, {})
    assert.has_error(function()
      api.run(client, { background = true })
    end, "oai: responses.run: 'background' cannot be without 'stream = true': a run waits for its replies")
  end)

  it("passes pictures through", function()
    local image = { type = "input_image", image_url = "data:image/png;base64,AA==" }
    local _, scene = finish({ { api.call("c1", "look") }, { DONE } }, { tools = { look = answering(image) } })
    assert.same({ image }, turns.body(scene, 2).input[3].output)
  end)
end)

describe("the API's tools that the program carries out", function()
  local function call(kind, fields)
    fields.type, fields.call_id, fields.status = kind, "c1", "completed"
    return fields
  end

  local function answer_to(item, tool)
    local run, scene, err = finish({ { item }, { DONE } }, { tools = { tool } })
    return not err and turns.body(scene, 2).input[3], run, err
  end

  it("are a shell, patches, a computer", function()
    local item = call("shell_call", { action = { commands = { "ls" } } })
    local seen
    local answer = answer_to(item, { type = "shell", run = function(given)
      seen = given
      return "a.txt"
    end })
    assert.same({ "ls" }, seen.action.commands)
    assert.same({ type = "shell_call_output", call_id = "c1", output = { { stdout = "a.txt", stderr = "",
      outcome = { type = "exit", exit_code = 0 } } } }, answer)
    answer = answer_to(call("apply_patch_call", { operation = { type = "delete_file", path = "x" } }),
      { type = "apply_patch", run = function() end })
    assert.same({ type = "apply_patch_call_output", call_id = "c1", status = "completed" }, answer)
    answer = answer_to(call("local_shell_call", { action = {} }), { type = "local_shell", run = function()
      return "x"
    end })
    assert.same({ type = "local_shell_call_output", call_id = "c1", output = "x" }, answer)
    local shot = { type = "computer_screenshot", image_url = "data:image/png;base64,AA==" }
    answer = answer_to(call("computer_call", { action = { type = "screenshot" } }), { type = "computer",
      run = function()
        return shot
      end })
    assert.same({ type = "computer_call_output", call_id = "c1", output = shot }, answer)
  end)

  it("of a shell have outputs as they are, one or several", function()
    local one = { stdout = "a", stderr = "", outcome = { type = "exit", exit_code = 2 } }
    for _, given in ipairs { { output = { one } }, { one }, one } do
      local answer = answer_to(call("shell_call", { action = {} }), { type = "shell", run = function()
        return given
      end })
      assert.same({ type = "shell_call_output", call_id = "c1", output = { one } }, answer)
    end
    local answer = answer_to(call("shell_call", { action = {} }), { type = "shell", run = function() end })
    assert.equal("", answer.output[1].stdout)
  end)

  it("of patches have a status, or a text", function()
    for text, given in pairs { ["no such file"] = { status = "failed", output = "no such file" }, done = "done" } do
      local answer = answer_to(call("apply_patch_call", {}), { type = "apply_patch", run = function()
        return given
      end })
      assert.same({ type = "apply_patch_call_output", call_id = "c1", output = text,
        status = given == "done" and "completed" or "failed" }, answer)
    end
  end)

  it("tell of their failures in their own ways, and end the run where they have none", function()
    local function fails()
      return nil, "broken"
    end
    local answer = answer_to(call("shell_call", { action = {} }), { type = "shell", run = fails })
    assert.equal("Error: broken", answer.output[1].stderr)
    assert.equal(1, answer.output[1].outcome.exit_code)
    answer = answer_to(call("apply_patch_call", {}), { type = "apply_patch", run = fails })
    assert.same({ type = "apply_patch_call_output", call_id = "c1", status = "failed", output = "Error: broken" },
      answer)
    local _, _, err = answer_to(call("computer_call", {}), { type = "computer", run = fails })
    assert.equal("failed", err.reason)
    answer = answer_to(call("shell_call", { action = {} }), { type = "shell", run = fails, needs_approval = function()
      return false, "no"
    end })
    assert.equal("The call was not approved: no", answer.output[1].stderr)
    answer = answer_to(call("shell_call", {}), { type = "web_search" })
    assert.equal("Error: there is no tool for a shell_call", answer.output[1].stderr)
  end)

  it("are left alone where the API has carried them out", function()
    local output = { type = "shell_call_output", call_id = "c1", output = {} }
    local run = finish({ { call("shell_call", {}), output, DONE } },
      { tools = { { type = "shell" } } })
    assert.equal("completed", run.status)
    assert.same({}, run.attempted)
  end)

  it("are no functions of their items' names", function()
    local run, scene = finish({ { api.call("c1", "shell_call") }, { DONE } }, { tools = { { type = "shell",
      run = error } } })
    assert.equal("unknown_tool", run.errors[1].reason)
    assert.equal("Error: there is no tool 'shell_call'", api.outputs(turns.body(scene, 2)).c1)
  end)

  it("that return what no answer is made of are told to the model", function()
    local run, scene = finish({ { call("tool_search_call", { execution = "client" }) }, { DONE } },
      { tools = { { type = "tool_search", execution = "client", run = function()
        return "nothing found"
      end } } })
    assert.equal("completed", run.status)
    assert.equal("output", run.errors[1].reason)
    assert.equal("tool_search_output", turns.body(scene, 2).input[3].type)
  end)

  it("do not hide what is to be approved where the API has searched itself", function()
    local run = finish({ { { type = "tool_search_output", execution = "server", tools = {} },
      { type = "mcp_approval_request", id = "a1", name = "erase", server_label = "disk", arguments = "{}" } } }, {})
    assert.equal("paused", run.status)
    assert.equal("a1", run.pending[1].id)
  end)

  it("search for functions that can be called then", function()
    local search = call("tool_search_call", { execution = "client", arguments = { goal = "weather" } })
    local goal
    local run, scene = finish({ { search }, { api.call("c2", "get_weather") }, { DONE } }, { tools = { {
      type = "tool_search", execution = "client", run = function(item)
        goal = item.arguments.goal
        return { get_weather = answering "sunny" }
      end } } })
    assert.equal("weather", goal)
    local found = turns.body(scene, 2).input[3]
    assert.equal("tool_search_output", found.type)
    assert.equal("client", found.execution)
    assert.equal("get_weather", found.tools[1].name)
    assert.equal("sunny", api.outputs(turns.body(scene, 3)).c2)
    assert.equal("completed", run.status)
  end)
end)
