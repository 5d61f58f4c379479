-- Talks by both APIs, whole and streamed: what each request holds, what becomes
-- history and what does not, and one thing said at a time.

local oai = require "oai"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"
local turns = require "spec.support.turns"

--- What was said in a list of messages or items, in a few words: "user:A
--- assistant:one call:c1 output:c1".
local function told(list)
  local words = {}
  for _, item in ipairs(list) do
    local content = item.content
    local text = type(content) == "table" and content[1] and content[1].text or content
    if item.role and type(text) == "string" and text ~= "" and item.role ~= "tool" then
      words[#words + 1] = item.role .. ":" .. text
    end
    for _, call in ipairs(item.tool_calls or item.type == "function_call" and { { id = item.call_id } } or {}) do
      words[#words + 1] = "call:" .. call.id
    end
    local answered = item.tool_call_id or item.type == "function_call_output" and item.call_id
    words[#words + 1] = answered and "output:" .. answered or nil
  end
  return table.concat(words, " ")
end

for _, api in ipairs(turns.styles) do
  describe("a talk by " .. api.title, function()
    local function said(text)
      return { api.message(text) }
    end

    local FAILS = { status = 400, json = { error = { message = "no" } } }

    --- A talk whose turns are answered so.
    local function talk_of(list, fields, options)
      local client, scene = api.scene(server, list, options)
      local given = { model = "m", api = api.name, stream = api.is_streamed or nil }
      for name, value in pairs(fields or {}) do
        given[name] = value
      end
      return client:talk(given), scene, client
    end

    local function sent(scene, number)
      return told(api.history(turns.body(scene, number)))
    end

    local function kept(talk)
      return told(talk[api.name == "chat" and "messages" or "items"])
    end

    local SYSTEM = api.name == "chat" and "system:Be brief. " or ""

    it("sends what was said before, and the instructions each time", function()
      local talk, scene = talk_of({ said "one", said "two" }, { instructions = "Be brief." })
      local run = assert(talk:send "A")
      assert.equal("one", run.output_text)
      assert.equal(200, run.response.status)
      assert.is_table(run.reply)
      assert.equal("two", assert(talk:send "B").output_text)
      assert.equal(SYSTEM .. "user:A", sent(scene, 1))
      assert.equal(SYSTEM .. "user:A assistant:one user:B", sent(scene, 2))
      assert.equal("user:A assistant:one user:B assistant:two", kept(talk))
      if api.name == "responses" then
        assert.equal("Be brief.", turns.body(scene, 2).instructions)
      end
    end)

    it("runs functions, whose calls and outputs become history", function()
      local talk, scene = talk_of({ { api.call("c1", "f") }, said "one", said "two" },
        { tools = { f = { run = function()
          return "F"
        end } } })
      assert(talk:send "A")
      assert(talk:send "B")
      assert.equal("user:A call:c1 output:c1", sent(scene, 2))
      assert.equal("user:A call:c1 output:c1 assistant:one user:B", sent(scene, 3))
      assert.same(api.summed(3), talk.usage)
    end)

    it("gives the answer as it comes", function()
      local talk = talk_of { said "one", said "two" }
      local pieces = {}
      for piece in talk:stream("A"):text() do
        pieces[#pieces + 1] = piece
      end
      assert.equal("one", table.concat(pieces))
      assert.equal("user:A assistant:one", kept(talk))
    end)

    it("is as it was when a send fails, and its tokens are counted", function()
      local talk, scene = talk_of({ said "one", FAILS, { api.call("c1", "f") }, FAILS, said "two" },
        { tools = { f = { run = function() end } } })
      assert(talk:send "A")
      local run, err = talk:send "B"
      assert.is_nil(run)
      assert.equal("bad_request", err.kind)
      err = select(2, talk:send "C")
      assert.same({ "c1" }, err.completed)
      assert.equal("user:A assistant:one", kept(talk))
      assert.same(api.summed(2), talk.usage)
      assert(talk:send "D")
      assert.equal("user:A assistant:one user:D", sent(scene, 5))
    end)

    it("takes back what was said last", function()
      local talk, scene = talk_of { said "one", said "two", said "three" }
      assert(talk:send "A")
      assert(talk:send { { type = "text", text = "B" } })
      assert.same({ { type = "text", text = "B" } }, talk:undo())
      assert.equal("A", talk:undo())
      assert.is_nil(talk:undo())
      assert(talk:send "C")
      assert.equal("user:C", sent(scene, 3))
    end)

    it("asks again, and keeps the old answer until there is a new one", function()
      local talk, scene = talk_of { said "one", said "two", FAILS, said "new", said "newer" }
      assert(talk:send "A")
      assert(talk:send "B")
      assert.is_nil((talk:regenerate()))
      assert.equal("user:A assistant:one user:B assistant:two", kept(talk))
      assert.equal("new", assert(talk:regenerate()).output_text)
      assert.equal("user:A assistant:one user:B", sent(scene, 4))
      assert.equal("user:A assistant:one user:B assistant:new", kept(talk))
      local run = talk:regenerate { stream = true }
      assert.equal("open", run.status)
      assert(run:final())
      assert.equal("user:A assistant:one user:B assistant:newer", kept(talk))
    end)

    it("is forked", function()
      local talk, scene = talk_of { said "one", said "left", said "right" }
      assert(talk:send "A")
      local other = talk:fork { model = "other", instructions = "Be brief." }
      assert(talk:send "B")
      assert(other:send "C")
      assert.equal("user:A assistant:one user:B assistant:left", kept(talk))
      assert.equal("user:A assistant:one user:C assistant:right", kept(other))
      assert.equal(SYSTEM .. "user:A assistant:one user:C", sent(scene, 3))
      assert.equal("other", turns.body(scene, 3).model)
      assert.same(api.summed(1), other.usage)
    end)

    it("is forked with its functions", function()
      local ran = 0
      local talk = talk_of({ said "one", { api.call("c1", "f") }, said "two" }, { tools = { f = { run = function()
        ran = ran + 1
        return "F"
      end } } })
      assert(talk:send "A")
      local other = talk:fork()
      assert.equal("two", assert(other:send "B").output_text)
      assert.equal("user:A assistant:one user:B call:c1 output:c1 assistant:two", kept(other))
      assert.equal(1, ran)
    end)

    it("answers one thing at a time", function()
      local talk = talk_of { said "one", said "two" }
      local run = talk:stream "A"
      assert.equal(run, talk.answering)
      for _, name in ipairs { "send", "stream", "undo", "regenerate" } do
        local _, message = pcall(talk[name], talk, "B")
        assert.truthy(tostring(message):find("oai: talk:" .. name .. ": it is still answering", 1, true), message)
      end
      assert(run:final())
      assert.is_nil(talk.answering)
      assert(talk:send "B")
    end)

    it("is as it was when the answer is cancelled", function()
      local talk = talk_of { said "one", said "two" }
      talk:stream "A"
      talk:cancel()
      talk:cancel()
      assert.equal("", kept(talk))
      assert.is_nil(talk.answering)
      local run = talk:stream "B"
      run:next()
      run:cancel()
      assert(talk:send "C")
      assert.equal(0, (kept(talk):find "user:C" or 0) - 1)
    end)

    it("begins with what was said elsewhere", function()
      local opening = { { role = "user", content = "0" }, { role = "assistant", content = "nil" } }
      local talk, scene = talk_of({ said "one" }, { [api.name == "chat" and "messages" or "input"] = opening })
      assert(talk:send "A")
      assert.equal("user:0 assistant:nil user:A", sent(scene, 1))
      assert.equal("user:0 assistant:nil user:A assistant:one", kept(talk))
      talk:undo()
      assert.is_nil(talk:undo())
      assert.equal("user:0 assistant:nil", kept(talk))
    end)

    it("begins with nothing where nothing was said", function()
      local talk, scene = talk_of({ said "one" }, { [api.name == "chat" and "messages" or "input"] = {} })
      assert(talk:send "A")
      assert.equal("user:A", sent(scene, 1))
    end)

    it("pauses with its run, and goes on with it", function()
      local talk = talk_of({ { api.call("c1", "f") }, said "one" }, { tools = { f = { needs_approval = true,
        run = function()
          return "F"
        end } } })
      local run = assert(talk:send "A")
      assert.equal("paused", run.status)
      assert.equal(run, talk.answering)
      assert.equal("", kept(talk))
      run:approve("c1", true)
      assert.equal("one", assert(run:final()).output_text)
      assert.equal("user:A call:c1 output:c1 assistant:one", kept(talk))
    end)

    it("answers without tools when it has called enough", function()
      local tools = { f = { run = function() end } }
      local talk, scene = talk_of({ { api.call("c1", "f") }, said "one" }, { max_turns = 1, tools = tools })
      assert.equal("one", assert(talk:send "A").output_text)
      assert.equal("none", turns.body(scene, 2).tool_choice)
      local stopped = talk_of({ { api.call("c1", "f") }, { api.call("c2", "f"), api.call("c3", "f") }, said "one" },
        { max_turns = 2, at_limit = "stop", tools = tools })
      assert.equal("max_turns", assert(stopped:send "A").status)
      assert.equal("user:A call:c1 output:c1", kept(stopped))
      assert(stopped:send "B")
      assert.equal("user:A call:c1 output:c1 user:B assistant:one", kept(stopped))
      local told_more = talk_of({ { api.call("c1", "f") }, { api.call("c2", "f") } }, { max_turns = 2,
        at_limit = "stop", tools = tools, on_turn = function(turn)
          turn:say("more " .. turn.number)
        end })
      assert(told_more:send "A")
      assert.equal("user:A call:c1 output:c1 user:more 1", kept(told_more))
    end)

    it("is not waited for where options say so", function()
      for _, loop in ipairs(tasks.loops) do
        local talk, _, client = talk_of({ said "one", said "two",
          api.reply({ api.message "three" }, nil, { delay = 0.1 }) }, nil, { loop = loop, max_retries = 0 })
        local result
        local one = talk:send("A", { on_done = function(run)
          result = run
        end })
        tasks.wait(client, loop, function()
          return one.done
        end)
        assert.equal("one", result.output_text)
        assert.equal(("oai.Talk %s (1 round)"):format(api.name), tostring(talk))
        local two = talk:stream("B", { wait = false })
        tasks.wait(client, loop, function()
          return two.done
        end)
        assert.equal("two", two.text)
        assert.equal("user:A assistant:one user:B assistant:two", kept(talk))
        local three = talk:regenerate { wait = false }
        assert.is_falsy(three.done)
        three:cancel()
        tasks.wait(client, loop, function()
          return three.done
        end)
        assert.is_nil(talk.answering)
        assert.equal("user:A assistant:one user:B assistant:two", kept(talk))
        client:close()
      end
    end)

    it("tells a function of what happens, which is all that options say", function()
      local talk, _, client = talk_of({ said "one" })
      local events = {}
      local one = talk:send("A", { on_event = function(event)
        events[#events + 1] = event.type
      end })
      assert.equal("one", assert(one:await()).output_text)
      assert.truthy(table.concat(events, " "):find "^turn_started .*text.* turn_ended$")
      client:close()
    end)
  end)
end

describe("a talk", function()
  local client = require("spec.support.connect").to(server:scenario {})

  it("has no other names, and is found under the one that lua-openai has", function()
    local talk = client:talk { model = "m" }
    local _, message = pcall(function()
      return talk.regenrate
    end)
    assert.truthy(message:find("a talk has no 'regenrate'; did you mean 'regenerate'?", 1, true), message)
    _, message = pcall(function()
      return client.new_chat_session
    end)
    assert.truthy(message:find("client.new_chat_session does not exist; see client:talk", 1, true), message)
    assert.is_nil(talk.messages)
    assert.is_nil(client:talk({ api = "chat" }).items)
    assert.equal("oai.Talk responses (0 rounds)", tostring(talk))
  end)

  it("raises where there is nothing to ask again", function()
    local _, message = pcall(function()
      client:talk({ model = "m" }):regenerate()
    end)
    assert.truthy(message:find("talk:regenerate: nothing has been answered", 1, true), message)
  end)

  it("is not loaded before it is asked for", function()
    local output = require("spec.support.child").run([[
      local oai = require "oai"
      oai.client { api_key = "sk-x" }
      for name in pairs(package.loaded) do
        if name:find "^oai%.talk" or name:find "^oai%.run" then
          print("loaded: " .. name)
        end
      end
      print "done"
    ]], {})
    assert.equal("done\n", output)
  end)

  it("may be asked again after it was asked where nothing may wait", function()
    local game = oai.client { api_key = false, loop = "frame" }
    local talk = game:talk { model = "m" }
    for _ = 1, 2 do
      local _, message = pcall(function()
        talk:send "A"
      end)
      assert.truthy(message:find("init_spec%.lua:%d+: oai: the loop 'frame' must not be kept waiting"), message)
    end
    assert.is_nil(talk.answering)
    game:close()
  end)

  it("raises in its program's line what the API does not know of it", function()
    local _, message = pcall(function()
      client:talk({ model = "m" }):send("A", { strem = true })
    end)
    assert.truthy(message:find("talk.send: unknown option 'strem'; did you mean 'stream'?", 1, true), message)
    assert.truthy(oai.is_error(select(2, client:talk({ model = "m" }):send "A")))
    _, message = pcall(function()
      client:talk({ model = "m" }):fork "serious"
    end)
    assert.truthy(message:find("init_spec%.lua:%d+: oai: talk:fork: the changes must be a table, got string"), message)
  end)
end)
