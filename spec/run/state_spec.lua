-- A run saved as JSON and gone on from: here, and in another process that has
-- nothing but the state.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

for _, api in ipairs(turns.styles) do
  describe("the state of a run by " .. api.title, function()
    local DONE = { api.message "done" }
    local log

    before_each(function()
      log = {}
    end)

    local function noting(more)
      local tool = { run = function(arguments)
        log[#log + 1] = arguments.n
        return "noted"
      end }
      for field, value in pairs(more or {}) do
        tool[field] = value
      end
      return { note = tool }
    end

    local function called(id)
      return api.call(id, "note", ('{"n":"%s"}'):format(id))
    end

    --- Runs with a `save` that keeps all states.
    local function saved_of(list, fields)
      local states = {}
      local client, scene = api.scene(server, list)
      fields.save = function(state)
        states[#states + 1] = state
      end
      local run = api.run(client, fields)
      local _, err = run:final()
      return states, run, scene, err
    end

    it("is saved before and after each effect", function()
      local states = saved_of({ { called "a", called "b" }, DONE }, { tools = noting(), concurrency = 1 })
      local told = {}
      for i, state in ipairs(states) do
        local one = oai.json.decode(state)
        told[i] = ("%s %d/%d"):format(one.phase, #one.attempted, #one.completed)
      end
      assert.equal("asking 0/0, calls 0/0, calls 1/0, calls 1/1, calls 2/1, calls 2/2, asking 2/2, calls 2/2, over 2/2",
        table.concat(told, ", "))
    end)

    it("is gone on from at every boundary, to the same end", function()
      local list = { { called "a", called "b" }, DONE }
      local states, whole = saved_of(list, { tools = noting(), concurrency = 1 })
      local history = oai.json.encode(whole[api.name == "chat" and "messages" or "items"])
      for _, state in ipairs(states) do
        local one = oai.json.decode(state)
        local client = api.scene(server, { list[one.turn > 0 and #one.attempted > 0 and 2 or one.phase == "calls" and 2
          or 1], DONE })
        local run = api.run(client, { tools = noting(), concurrency = 1, resume = state })
        run:final()
        local needs = run.pending[1] and run.pending[1].needs
        if one.phase == "asking" or #one.attempted > #one.completed then
          assert.equal("paused", run.status)
          assert.equal("settling", needs)
          run:again(run.pending[1].id)
          run:final()
        end
        assert.equal("completed", run.status)
        assert.equal("done", run.output_text)
        assert.equal(history, oai.json.encode(run[api.name == "chat" and "messages" or "items"]))
      end
    end)

    it("is settled by an output where a function was under way", function()
      local states = saved_of({ { called "a", called "b" }, DONE }, { tools = noting() })
      log = {}
      local client, scene = api.scene(server, { DONE })
      local run = api.run(client, { tools = noting(), resume = states[4] })
      assert.equal("paused", run.status)
      assert.same({ "a", "b" }, { run.pending[1].id, run.pending[2] and run.pending[2].id })
      run:supply("a", "looked it up")
      run:supply("b", "noted before")
      assert(run:final())
      assert.same({}, log)
      assert.same({ a = "looked it up", b = "noted before" }, (api.outputs(turns.body(scene, 1))))
    end)

    it("holds what a run pauses for, for another process to decide", function()
      local client = api.scene(server, { { called "a" } })
      local first = api.run(client, { tools = noting { needs_approval = true } })
      first:final()
      assert.equal("paused", first.status)
      local scene = server:scenario { replies = { api.reply(DONE) } }
      local code = ([[
        local oai = require "oai"
        local client = oai.client { api_key = "sk-x", base_url = %q }
        local here = client.%s
        local run = here:run { model = "m", stream = %s, resume = %q, tools = { note = { needs_approval = true,
          run = function(arguments) print("ran " .. arguments.n) return "noted" end } } }
        run:final()
        print(run.status, run.pending[1].id)
        run:approve("a", true)
        assert(run:final())
        print(run.status, run.output_text, #run.completed, run.turns, run.usage.total_tokens)
      ]]):format(scene.base_url, (api.operation:gsub("%.run$", "")), tostring(api.is_streamed == true), first:state())
      local output, status = child.run(code)
      assert.equal(0, status, output)
      assert.equal("paused\ta\nran a\ncompleted\tdone\t1\t2\t30\n", (output:gsub("\t(%d+)%.0", "\t%1")))
      assert.same({ a = "noted" }, (api.outputs(turns.body(scene, 1))))
    end)

    it("holds what was decided, and what is still to be said", function()
      local client = api.scene(server, { { called "a", called "b", called "c" } })
      local first = api.run(client, { tools = noting { needs_approval = true } })
      first:final()
      first:approve("a", true)
      first:approve("b", false, "not b")
      first:say "Be brief."
      local other, scene = api.scene(server, { DONE })
      local second = api.run(other, { tools = noting { needs_approval = true }, resume = first:state() })
      second:final()
      assert.equal(1, #second.pending)
      assert.equal("c", second.pending[1].id)
      second:approve("c", true)
      assert(second:final())
      assert.same({ "a", "c" }, log)
      local body = turns.body(scene, 1)
      assert.equal("The call was not approved: not b", api.outputs(body).b)
      assert.same({ role = "user", content = "Be brief." }, api.history(body)[#api.history(body)])
    end)

    it("goes on after a request has failed, with what is said to it", function()
      local client = api.scene(server, { { called "a" }, { status = 500, json = {} } })
      local run = api.run(client, { tools = noting() })
      assert.is_nil((run:final()))
      local other, scene = api.scene(server, { DONE })
      local said = { { role = "user", content = "go on" } }
      local second = assert(api.run(other, { tools = noting(), resume = run:state(), input = said }):final())
      assert.equal("completed", second.status)
      assert.equal(2, second.turns)
      local history = api.history(turns.body(scene, 1))
      assert.equal("go on", history[#history].content)
      assert.same({ "a" }, second.completed)
    end)

    it("goes on where the turns had run out, and after the end when something is said", function()
      local client = api.scene(server, { { called "a" } })
      local run = assert(api.run(client, { tools = noting(), max_turns = 1 }):final())
      assert.equal("max_turns", run.status)
      local other = api.scene(server, { DONE, { api.message "more" } })
      local second = assert(api.run(other, { tools = noting(), resume = run:state() }):final())
      assert.equal("done", second.output_text)
      assert.same({ "a" }, log)
      local third = assert(api.run(other, { resume = second:state() }):final())
      assert.equal("done", third.output_text)
      assert.equal("completed", third.status)
      local said = { { role = "user", content = "more" } }
      assert.equal("more", assert(api.run(other, { resume = second:state(), input = said }):final()).output_text)
    end)

    it("that cannot be saved ends the run before the effect", function()
      for _, answer in ipairs { { false }, { nil, "disk full" } } do
        local client, scene = api.scene(server, { { called "a" } })
        local count = 0
        local _, err = api.run(client, { tools = noting(), save = function()
          count = count + 1
          if count == 3 then
            return answer[1], answer[2]
          end
        end }):final()
        assert.equal("failed", err.kind)
        assert.equal("save", err.reason)
        assert.equal(answer[2], err.cause)
        assert.same({}, log)
        assert.equal(1, #scene:requests())
      end
    end)

    it("has a turn that was not answered asked again, as that turn", function()
      local client, scene = api.scene(server, { { status = 500, json = {} }, DONE })
      local first = api.run(client, { max_turns = 1 })
      assert.is_nil((first:final()))
      local run = assert(api.run(client, { max_turns = 1, resume = first:state() }):final())
      assert.equal("completed", run.status)
      assert.equal(1, run.turns)
      assert.equal(2, #scene:requests())
    end)

    it("is none where somebody else wrote what it cannot be", function()
      local client = api.scene(server, { { called "a" } })
      local saved = assert(api.run(client, { tools = noting { needs_approval = true } }):final()):state()
      local changes = { turn = "x", tokens = false, known = {}, text = 5, context = "x", items = { 5 }, said = { "x" },
        calls = { {} }, outputs = { a = 5 }, decisions = { a = true }, approved = { "x" } }
      for name, value in pairs(changes) do
        local state = oai.json.decode(saved)
        state[name] = value
        local done, message = pcall(api.run, client, { tools = noting(), resume = oai.json.encode(state) })
        assert.is_false(done, name)
        assert.truthy(message:find(api.operation .. ": 'resume' is no state of a run: ", 1, true), message)
        assert.truthy(message:find("'" .. name .. "'", 1, true), message)
      end
      for _, one in ipairs { { id = "a" }, { kind = "function" } } do
        local state = oai.json.decode(saved)
        state.calls = { one }
        assert.is_false((pcall(api.run, client, { tools = noting(), resume = oai.json.encode(state) })))
      end
    end)

    it("is not gone on from where it is none, or another API's", function()
      local client = api.scene(server, {})
      local other = api.name == "chat" and turns.responses or turns.chat
      local foreign = other.run(other.scene(server, {}), {}):state()
      for expected, state in pairs { ["is no state of a run"] = "5", ["is a state of another version"] = "{}",
        ["is a state of a run by " .. other.name] = foreign, ["'items' is missing"] =
          ('{"version":1,"api":"%s"}'):format(api.name) } do
        local done, message = pcall(api.run, client, { resume = state })
        assert.is_false(done)
        assert.truthy(message:find(expected, 1, true), message)
      end
    end)
  end)
end

describe("a run that saves its state", function()
  it("has no request sent twice by the transport", function()
    local scene = server:scenario { replies = { { status = 500, json = {} } }, repeat_last = true }
    local client = connect.to(scene)
    local _, err = turns.responses.run(client, { save = function() end }):final()
    assert.equal("server", err.kind)
    assert.equal(1, #scene:requests())
  end)
end)
