-- What a talk is given, and who keeps its history.

local content = require "oai.talk.content"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"
local turns = require "spec.support.turns"

local function raised(fn, ...)
  local done, message = pcall(fn, ...)
  assert.is_false(done)
  return message
end

describe("the options of a talk", function()
  it("of one question go to its requests", function()
    local client, scene = turns.responses.scene(server, { { turns.responses.message "A" } })
    assert(client:talk({ model = "m" }):send("A", { body = { form = 5 }, query = { a = "b" } }))
    assert.equal(5, turns.body(scene, 1).form)
    assert.truthy(scene:requests()[1].url:find "%?a=b$")
  end)

  it("raise what is wrong with them", function()
    local client = turns.responses.scene(server, {})
    local CASES = {
      { { api = "completions" }, "talk: there is no api 'completions'" },
      { { history = "clint" }, "talk: there is no history 'clint'; did you mean 'client'?" },
      { { resume = "{}" }, "talk: 'resume' belongs to a run" },
      { { save = print }, "talk: 'save' belongs to a run" },
      { { max_turns = 0 }, "talk: option 'max_turns' must be a whole number from 1 on, got 0" },
      { { max_input_tokens = 0 }, "talk: option 'max_input_tokens' must be a whole number from 1 on, got 0" },
      { { api = "chat", history = "response" }, "talk: history = 'response' is of responses" },
      { { history = "response", store = false }, "talk: history = 'response' cannot be with store = false" },
      { { history = "response", max_input_tokens = 5 }, "talk: 'max_input_tokens' cannot be with history =" },
      { { conversation = "c", compact = print }, "talk: 'compact' cannot be with history = 'conversation'" },
      { { conversation = "c", at_limit = "stop" }, "talk: history = 'conversation' cannot be with 'stop_when' or" },
      { { from = "{}" }, "talk: 'from' is no talk that was saved" },
      { { max_turn = 5 }, "talk: unknown option 'max_turn'; did you mean 'max_turns'?" },
      { { histroy = "client" }, "talk: unknown option 'histroy'; did you mean 'history'?" },
      { { form = "{}" }, "talk: unknown option 'form'; did you mean 'from'?" },
      { { from = 5 }, "talk: 'from' must be a text, as talk:save() gives it, got number" },
      { { from = "{}", input = "A" }, "talk: 'input' and 'from' cannot both be" },
      { 5, "talk: expected a table of parameters, got number" },
    }
    for _, case in ipairs(CASES) do
      local message = raised(client.talk, client, case[1])
      assert.truthy(message:find(case[2], 1, true), message)
    end
    assert.truthy(raised(client.talk, client, {}, { tools = {} }):find("client:talk: expected one table", 1, true))
    assert.truthy(raised(function()
      client:talk({}):send("A", { tools = {} })
    end):find("talk:send: 'tools' is no option of a call: it belongs in the table that client:talk takes", 1, true))
    for _, said in ipairs { {}, { text = "A" } } do
      assert.truthy(raised(function()
        client:talk({}):send(said)
      end):find("talk:send: expected a text, parts of content or messages, got a table that is none", 1, true))
    end
  end)

  it("are the talk's own once they are given", function()
    local client, scene = turns.responses.scene(server, { { turns.responses.message "one" } })
    local given = { model = "m", metadata = { a = "1" }, input = { { role = "user", content = "0" } } }
    local talk = client:talk(given)
    given.metadata.a, given.input[1].content, given.model = "2", "1", "n"
    assert(talk:send "A")
    local body = turns.body(scene, 1)
    assert.same({ "m", "1", "0" }, { body.model, body.metadata.a, body.input[1].content })
  end)
end)

describe("what a talk begins with", function()
  it("is items as they stand, whatever is the first of them", function()
    for _, first in ipairs { { type = "function_call", call_id = "c1", name = "f", arguments = "{}" },
      { type = "reasoning", id = "rs_1", summary = {} }, { type = "item_reference", id = "msg_1" } } do
      local client, scene = turns.responses.scene(server, { { turns.responses.message "one" } })
      local talk = client:talk { model = "m", input = { first, { role = "user", content = "A" } } }
      assert(talk:send { { type = "input_text", text = "B" } })
      local input = turns.body(scene, 1).input
      assert.equal(first.type, input[1].type)
      assert.equal("A", input[2].content)
      assert.equal("B", input[3].content[1].text)
    end
  end)
end)

describe("what is said", function()
  it("is a text, parts of content or items, one or several", function()
    local part, message = { type = "input_text", text = "a" }, { role = "user", content = "a" }
    local call = { type = "function_call_output", call_id = "c1", output = "1" }
    assert.same({ message }, content.items("send", "a"))
    assert.same({ message }, content.items("send", message))
    assert.same({ call }, content.items("send", call))
    assert.same({ call, message }, content.items("send", { call, message }))
    assert.same({ { role = "user", content = { part } } }, content.items("send", part))
    assert.same({ { role = "user", content = { part, part } } }, content.items("send", { part, part }))
    assert.equal("a", content.said { message })
    assert.same({ message, message }, content.said { message, message })
    assert.same({ call }, content.said { call })
    for _, what in ipairs { {}, { "a" } } do
      assert.has_error(function()
        content.items("send", what)
      end, "oai: talk:send: expected a text, parts of content or messages, got a table that is none")
    end
  end)
end)

describe("a history that the API keeps", function()
  local api = turns.responses

  local function reply(id, parts)
    return api.reply(parts, { id = id })
  end

  local function texts(body)
    local list = {}
    for i, item in ipairs(body.input) do
      list[i] = item.content or item.output or item.call_id
    end
    return list
  end

  it("is gone on from by the last response", function()
    local client, scene = api.scene(server, { reply("r1", { api.call("c1", "f") }), reply("r2", { api.message "one" }),
      reply("r3", { api.message "two" }), reply("r4", { api.message "new" }), reply("r5", { api.message "fork" }) })
    local talk = client:talk { model = "m", instructions = "Be brief.", history = "response", tools = { f = {
      run = function()
        return "F"
      end } } }
    assert(talk:send "A")
    assert(talk:send "B")
    assert(talk:regenerate())
    local body = turns.body(scene, 3)
    assert.same({ "r2", "Be brief.", { "B" } }, { body.previous_response_id, body.instructions, texts(body) })
    body = turns.body(scene, 4)
    assert.same({ "r2", { "B" } }, { body.previous_response_id, texts(body) })
    local other = client:talk { model = "m", from = talk:save() }
    assert.equal("B", other:undo())
    assert(other:send "C")
    body = turns.body(scene, 5)
    assert.same({ "r2", { "C" } }, { body.previous_response_id, texts(body) })
    assert.equal(6, #talk.items)
  end)

  it("is sent again behind what was not answered to its end", function()
    local client, scene = api.scene(server, { reply("r1", { api.message "one" }), reply("r2", { api.call("c1", "f") }),
      reply("r3", { api.message "two" }) })
    local talk = client:talk { model = "m", previous_response_id = "r0", input = "0", stop_when = function()
      return true
    end, tools = { f = { run = function()
      return "F"
    end } } }
    assert(talk:send "A")
    assert.equal("stopped", assert(talk:send "B").status)
    assert(talk:send "C")
    assert.same({ "r0", { "0", "A" } }, { turns.body(scene, 1).previous_response_id, texts(turns.body(scene, 1)) })
    local body = turns.body(scene, 3)
    assert.same({ "r1", { "B", "c1", "F", "C" } }, { body.previous_response_id, texts(body) })
  end)

  it("is a conversation, made when something is first said", function()
    local client, scene = api.scene(server, { { json = { id = "conv_1", object = "conversation" } },
      { api.call("c1", "f") }, { api.message "one" }, { api.message "two" } })
    local talk = client:talk { model = "m", history = "conversation", input = "0", tools = { f = { run = function()
      return "F"
    end } } }
    assert(talk:send "A")
    assert(client:talk({ model = "m", from = talk:save() }):send "B")
    assert.equal("POST", scene:requests()[1].method)
    local bodies = { turns.body(scene, 2), turns.body(scene, 3), turns.body(scene, 4) }
    for _, body in ipairs(bodies) do
      assert.equal("conv_1", body.conversation)
    end
    assert.same({ { "0", "A" }, { "F" }, { "B" } }, { texts(bodies[1]), texts(bodies[2]), texts(bodies[3]) })
    for _, name in ipairs { "undo", "regenerate", "fork" } do
      assert.truthy(raised(talk[name], talk):find("talk:" .. name .. ": the API keeps this history", 1, true))
    end
  end)

  it("takes one thing at a time, while the conversation is made too", function()
    local scene = server:scenario { routes = {
      ["POST /conversations"] = { { json = { id = "conv_1", object = "conversation" } } },
      ["POST /responses"] = { { fault = "stall" } },
    }, repeat_last = true }
    local client = require("spec.support.connect").to(scene, { max_retries = 0 })
    local talk = client:talk { model = "m", history = "conversation" }
    local function say(text)
      return talk:send(text)
    end
    local both = { client:spawn(say, "A"), client:spawn(say, "B") }
    assert.is_true(tasks.wait(client, "blocking", function()
      return both[1].done or both[2].done
    end))
    local told = both[1].done and both[1] or both[2]
    local _, err = told:await()
    assert.truthy(tostring(err):find("talk:send: it is still answering", 1, true), tostring(err))
    talk:cancel()
    _, err = (told == both[1] and both[2] or both[1]):await()
    assert.equal("cancelled", err.kind)
  end)

  it("is as it was when there is no conversation", function()
    local client = api.scene(server, { { status = 403, json = { error = { message = "no" } } } })
    local talk = client:talk { model = "m", history = "conversation" }
    local _, err = talk:send "A"
    assert.equal("permission_denied", err.kind)
    assert.same({}, talk.items)
  end)
end)
