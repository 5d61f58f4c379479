-- Functions of the program's that a run tells or asks: they may wait, and are
-- cancelled with it; what one raises ends the run with an error that names it.

local oai = require "oai"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"
local turns = require "spec.support.turns"

-- The hooks, each with what a run needs to come to it. `calls`: how many calls
-- were attempted and completed by then.
local HOOKS = {
  on_turn = { calls = { 0, 0 } },
  on_tool = { calls = { 0, 0 } },
  stop_when = { calls = { 1, 1 } },
  save = { calls = { 0, 0 } },
  approve = { calls = { 0, 0 }, tool = { needs_approval = true }, id = "c1" },
  needs_approval = { calls = { 0, 0 }, of_tool = true, id = "c1" },
  on_error = { calls = { 1, 0 }, of_tool = true, fails = true, id = "c1" },
  on_tool_error = { calls = { 1, 0 }, fails = true, id = "c1" },
  compact = { calls = { 0, 0 }, fields = { max_input_bytes = 1 } },
}

local function fields_with(name, of, fn, log)
  local tool = { run = function()
    log[#log + 1] = "ran"
    if of.fails then
      error "broken"
    end
    return "x"
  end }
  local fields = { tools = { f = tool } }
  for field, value in pairs(of.tool or {}) do
    tool[field] = value
  end
  for field, value in pairs(of.fields or {}) do
    fields[field] = value
  end
  (of.of_tool and tool or fields)[name] = fn
  return fields
end

for _, api in ipairs { turns.responses, turns.streamed_chat } do
  local function begin(name, fn, log)
    local client, scene = api.scene(server, { { api.call("c1", "f") }, { api.message "done" } })
    return api.run(client, fields_with(name, HOOKS[name], fn, log or {})), client, scene
  end

  describe("a function of the program's in a run by " .. api.title, function()
    for name, of in pairs(HOOKS) do
      it("ends it with what it raises: " .. name, function()
        for _, cause in ipairs { "boom", { code = 5 } } do
          local run = begin(name, function()
            error(cause)
          end)
          local _, err = run:final()
          assert.equal("failed", run.status)
          assert.equal(err, run.err)
          assert.equal("failed", err.kind)
          assert.equal(name, err.reason)
          assert.equal(of.id, name ~= "on_tool" and err.call_id or nil)
          assert.truthy(tostring(err):find("'" .. name .. "' has raised: ", 1, true), tostring(err))
          assert.truthy(tostring(err):find(api.operation, 1, true))
          assert.truthy(cause == err.cause or err.cause:find "hook_spec.lua:%d+: boom$")
          assert.same(of.calls, { #err.attempted, #err.completed })
          assert.is_nil(next(run._tasks))
          assert.is_nil((run:next()))
        end
      end)

      it("may wait, and is cancelled with it: " .. name, function()
        local ended, log = nil, {}
        local run, client = begin(name, function()
          ended = false
          local _, err = oai.sleep(20)
          ended = err and err.kind
          return true
        end, log)
        local reader = client:spawn(function()
          return run:final()
        end)
        assert.is_true(tasks.wait(client, "blocking", function()
          return ended == false
        end))
        run:cancel()
        assert.equal("cancelled", ended)
        local _, err = reader:await(5)
        assert.equal("cancelled", err.kind)
        assert.equal("cancelled", run.status)
        assert.same(of.calls, { #err.attempted, #err.completed })
        assert.equal(of.calls[1], #log)
        assert.is_nil(next(run._tasks))
      end)
    end
  end)

  describe("a run by " .. api.title .. " that waits until it is saved", function()
    local states, at, log

    --- A run whose `save` never ends the time that `at` counts.
    local function begin_saving()
      states, log = {}, {}
      local client = api.scene(server, { { api.call("c1", "f") }, { api.message "done" } })
      local run
      run = api.run(client, fields_with("save", HOOKS.save, function(state)
        states[#states + 1] = state
        if #states == at then
          run:cancel()
          oai.sleep(20)
        end
      end, log))
      run:final()
      return run
    end

    it("can be cancelled at each state, and gone on from, each effect once", function()
      local count = 0
      repeat
        at = count + 1
        local run = begin_saving()
        local is_last = #states < at
        if not is_last then
          count = at
          assert.equal("cancelled", run.status)
          local held = oai.json.decode(run:state())
          local ran = #log
          local client = api.scene(server, { held.turn < 2 and not held.calls[1] and { api.call("c1", "f") }
            or { api.message "done" }, { api.message "done" } })
          local later = api.run(client, { resume = run:state(), tools = { f = { run = function()
            log[#log + 1] = "ran"
          end } } })
          local went_on, err = later:final()
          assert.equal("completed", later.status, tostring(err))
          assert.truthy(went_on)
          assert.equal(1, #log, ("after state %d, where %d had run"):format(at, ran))
        end
      until is_last
      assert.equal(7, count)
    end)
  end)
end

describe("a run whose client is closed by", function()
  local api = turns.responses

  local function check(run)
    local _, err = run:final()
    assert.equal("cancelled", run.status)
    assert.equal("cancelled", err.kind)
    assert.equal("closed", err.reason)
    assert.truthy(tostring(err):find("the client was closed", 1, true))
    assert.is_nil((run:next()))
    assert.is_nil(next(run._tasks))
    return err
  end

  for name in pairs(HOOKS) do
    it(name .. " says so", function()
      local client = api.scene(server, { { api.call("c1", "f") }, { api.message "done" } })
      check(api.run(client, fields_with(name, HOOKS[name], function()
        client:close()
      end, {})))
    end)
  end

  it("a tool says so", function()
    local client = api.scene(server, { { api.call("c1", "f"), api.call("c2", "f") } })
    local err = check(api.run(client, { tools = { f = { run = function()
      client:close()
      return "x"
    end } } }))
    assert.same({ "c1" }, err.attempted)
  end)

  it("a tool that waits says so, in a task too", function()
    for _, in_task in ipairs { false, true } do
      local client = api.scene(server, { { api.call("c1", "f") } })
      local run = api.run(client, { tools = { f = { run = function()
        oai.sleep(0.001)
        client:close()
      end } } })
      if in_task then
        local reader = client:spawn(run.final, run)
        assert.is_true(tasks.wait(client, "blocking", function()
          return reader.done
        end))
      end
      assert.same({ "c1" }, check(run).attempted)
    end
  end)
end)
