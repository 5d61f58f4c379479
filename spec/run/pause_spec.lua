-- Approvals, outputs from elsewhere, and where a run pauses for them.

local oai = require "oai"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"
local turns = require "spec.support.turns"

for _, api in ipairs(turns.styles) do
  describe("a run that has to be approved, by " .. api.title, function()
    local DONE = { api.message "done" }
    local log

    before_each(function()
      log = {}
    end)

    local function removing(needs_approval)
      return { remove = { needs_approval = needs_approval, run = function(arguments)
        log[#log + 1] = arguments.path
        return "removed"
      end } }
    end

    local function called(id, path)
      return api.call(id, "remove", ('{"path":"%s"}'):format(path or id))
    end

    it("asks a function of the tool's, in order, before the first call runs", function()
      local asked = {}
      local client, scene = api.scene(server, { { called "a", called "b", called "c" }, DONE })
      local run = assert(api.run(client, { tools = removing(function(arguments, context)
        asked[#asked + 1] = context.id
        assert.same({}, log)
        oai.sleep(0.01)
        if arguments.path == "b" then
          return false, "never b"
        end
        return true
      end) }):final())
      assert.equal("completed", run.status)
      assert.same({ "a", "b", "c" }, asked)
      assert.same({ "a", "c" }, log)
      assert.same({ a = "removed", b = "The call was not approved: never b", c = "removed" },
        (api.outputs(turns.body(scene, 2))))
      assert.same({ "a", "c" }, run.attempted)
      assert.same({}, run.errors)
    end)

    it("asks the run's function where the tool says no more than yes", function()
      local client = api.scene(server, { { called "a" }, DONE })
      local seen
      assert(api.run(client, { tools = removing(true), approve = function(call, context)
        seen = call
        assert.equal("a", context.id)
        return true
      end }):final())
      assert.equal("remove", seen.name)
      assert.same({ path = "a" }, seen.arguments)
      assert.same({ "a" }, log)
    end)

    it("pauses where nobody decides, and goes on when it is told", function()
      local client, scene = api.scene(server, { { called "a", called "b" }, DONE })
      local run = api.run(client, { tools = removing(true) })
      local told = turns.told(run)
      assert.truthy(told:find "approval_needed:a approval_needed:b$", told)
      assert.equal("paused", run.status)
      assert.equal(run, run:final())
      assert.same({}, log)
      assert.equal(2, #run.pending)
      assert.equal("approval", run.pending[1].needs)
      assert.same({ path = "a" }, run.pending[1].arguments)
      run:approve("b", false)
      assert.equal("paused", run.status)
      run:approve("a", true)
      assert(run:final())
      assert.equal("completed", run.status)
      assert.same({ "a" }, log)
      assert.equal("The call was not approved.", api.outputs(turns.body(scene, 2)).b)
      assert.same({}, run.pending)
    end)

    it("pauses for the calls about which its function says nothing", function()
      local client = api.scene(server, { { called "a", called "b" }, DONE })
      local run = api.run(client, { tools = removing(function(arguments)
        return arguments.path == "a" or nil
      end) })
      run:final()
      assert.equal("paused", run.status)
      assert.equal("b", run.pending[1].id)
      assert.is_nil(run.pending[2])
      run:approve("b", true)
      assert.equal("completed", assert(run:final()).status)
      assert.same({ "a", "b" }, log)
    end)

    it("tells the model why, whatever bytes that is", function()
      local client, scene = api.scene(server, { { called "a" }, DONE })
      assert(api.run(client, { tools = removing(function()
        return false, "no\255"
      end) }):final())
      assert.equal("The call was not approved: no\\xFF", api.outputs(turns.body(scene, 2)).a)
    end)

    it("does not ask about a call that cannot be made, nor about one that is answered", function()
      local client = api.scene(server, { { api.call("a", "remove", "{bad"), called "b" }, DONE })
      local tools = removing(function()
        error "asked"
      end)
      tools.remove.parameters = oai.schema.object { path = oai.schema.string() }
      assert(api.run(client, { tools = tools, on_turn = function(turn)
        if turn.number == 1 then
          turn:supply("b", "done already")
        end
      end }):final())
      assert.same({}, log)
    end)

    it("fails where the function that is to approve raises", function()
      local client = api.scene(server, { { called "a" } })
      local _, err = api.run(client, { tools = removing(function()
        error "boom"
      end) }):final()
      assert.equal("failed", err.kind)
      assert.equal("needs_approval", err.reason)
      assert.truthy(tostring(err.cause):find "boom")
      assert.same({}, err.attempted)
    end)

    it("pauses for what the program has no function for, when the others are done", function()
      local client, scene = api.scene(server, { { called "a", api.call("b", "ask_user") }, DONE })
      local tools = removing()
      tools.ask_user = { description = "Asks." }
      local run = api.run(client, { tools = tools })
      assert.truthy(turns.told(run):find "tool_finished:a output_needed:b$")
      assert.same({ "a" }, log)
      assert.equal("output", run.pending[1].needs)
      run:supply("b", { answer = 42 })
      assert.equal("completed", assert(run:final()).status)
      assert.same({ "a", "b" }, run.completed)
      assert.same({ a = "removed", b = '{"answer":42}' }, (api.outputs(turns.body(scene, 2))))
    end)

    it("is cancelled in the middle of an approval, and where it pauses", function()
      for _, loop in ipairs(tasks.loops) do
        local client = api.scene(server, { { called "a" } }, { loop = loop, max_retries = 0 })
        local asks, was_cancelled
        local run = api.run(client, { tools = removing(function()
          asks = true
          was_cancelled = select(2, oai.sleep(20))
        end) })
        local reader = client:spawn(function()
          return run:final()
        end)
        assert.is_true(tasks.wait(client, loop, function()
          return asks
        end))
        run:cancel()
        assert.is_true(tasks.wait(client, loop, function()
          return reader.done
        end))
        assert.equal("cancelled", reader.err.kind)
        assert.equal("cancelled", was_cancelled.kind)
        assert.same({}, log)
        client:close()
      end
      local client = api.scene(server, { { called "a" } })
      local run = api.run(client, { tools = removing(true) })
      run:final()
      run:close()
      assert.equal("paused", run.status)
      run:cancel()
      assert.equal("cancelled", run.status)
      assert.equal("cancelled", select(2, run:final()).kind)
    end)

    it("raises for an id that nothing waits for", function()
      local client = api.scene(server, { { called "a" } })
      local run = api.run(client, { tools = removing(true) })
      run:final()
      for expected, act in pairs {
        ["no call with the id 'x' waits for approval"] = function() run:approve("x", true) end,
        ["approve: expected true or false, got string"] = function() run:approve("a", "yes") end,
        ["no call with the id 'x' waits for an output"] = function() run:supply("x", "") end,
        ["no call with the id 'a' waits for being settled"] = function() run:again "a" end,
        ["the output of 'a': what it returned is no UTF-8"] = function() run:supply("a", "\255") end,
      } do
        local done, message = pcall(act)
        assert.is_false(done)
        assert.truthy(message:find("pause_spec.lua:%d+: oai: " .. api.operation:gsub("%.", "%%.")), message)
        assert.truthy(message:find(expected, 1, true), message)
      end
    end)
  end)
end
