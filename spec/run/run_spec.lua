-- What programs read of a run, and how: from one place, to its end or not, and
-- through their own functions.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"
local turns = require "spec.support.turns"

local api = turns.responses
local DONE = { api.message "done" }

local function tools()
  return { f = { run = function()
    return "x"
  end } }
end

describe("a run", function()
  it("is no thing of ours before it is read", function()
    local client, scene = api.scene(server, { DONE })
    local run = api.run(client, {})
    assert.equal("open", run.status)
    assert.equal(0, run.turns)
    assert.equal("", run.output_text)
    assert.equal(0, #scene:requests())
    assert.equal("oai.ToolRun responses.run (open, turn 0)", tostring(run))
    assert.equal(1, #run.items)
    assert.is_nil(run.messages)
  end)

  it("says nil again and again at its end, and its error", function()
    local client = api.scene(server, { DONE, { status = 400, json = {} } })
    local run = assert(api.run(client, {}):final())
    assert.is_nil((run:next()))
    assert.equal(run, run:final())
    run:cancel()
    run:close()
    assert.equal("completed", run.status)
    run = api.run(client, {})
    local _, err = run:final()
    assert.equal(err, select(2, run:next()))
    assert.has_error(function()
      for _ in run:events() do
        error "an event"
      end
    end, err)
  end)

  it("is read from one place at a time", function()
    local client = api.scene(server, { { delay = 0.1, json = api.whole(DONE) } })
    local run = api.run(client, {})
    local reader = client:spawn(function()
      return run:final()
    end)
    local done, message = pcall(run.next, run)
    assert.is_false(done)
    assert.truthy(message:find("the run is read elsewhere", 1, true), message)
    assert.equal(run, reader:await())
  end)

  it("tells a function of each tool that starts and has finished", function()
    local client = api.scene(server, { { api.call("c1", "f"), api.call("c2", "nope") }, DONE })
    local told = {}
    assert(api.run(client, { tools = tools(), on_tool = function(event)
      told[#told + 1] = event.type .. ":" .. event.id .. (event.err and ":" .. event.err.reason or "")
    end }):final())
    assert.equal("tool_finished:c2:unknown_tool tool_started:c1 tool_finished:c1", table.concat(told, " "))
  end)

  it("gives its functions what a call is, and lets them call the API", function()
    local client, scene = api.scene(server, { { api.call("c1", "f", '{"a":1}') }, { api.message "inner" }, DONE })
    local seen
    local run = api.run(client, { tools = { f = { run = function(arguments, context)
      seen = context
      assert.same(arguments, context.arguments)
      return assert(client.responses:create { model = "m", input = "x" }).output_text
    end } } })
    assert(run:final())
    assert.equal("c1", seen.id)
    assert.equal("f", seen.name)
    assert.equal(1, seen.turn)
    assert.equal(run, seen.run)
    assert.equal("inner", api.outputs(turns.body(scene, 3)).c1)
  end)

  it("can be cancelled by one of its functions, and run within another", function()
    local client = api.scene(server, { { api.call("c1", "f") } })
    local run = api.run(client, { tools = { f = { run = function(_, context)
      context.run:cancel()
    end } } })
    assert.equal("cancelled", select(2, run:final()).kind)
    client = api.scene(server, { { api.call("c1", "f") }, { api.call("c2", "f") }, { api.message "inner" }, DONE })
    local function inner()
      return assert(api.run(client, { tools = tools() }):final()).output_text
    end
    assert.equal("done", assert(api.run(client, { tools = { f = { run = inner } } }):final()).output_text)
  end)

  it("is cancelled in the middle of a stream", function()
    local steps = { { write = 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta",'
      .. '"output_index":0,"content_index":0,"item_id":"m","delta":"par"}\n\n' }, { stall = true } }
    local scene = server:scenario { replies = { { headers = { ["content-type"] = "text/event-stream" },
      steps = steps } } }
    local client = connect.to(scene, { max_retries = 0 })
    local run = turns.streamed_responses.run(client, {})
    local seen = {}
    local reader = client:spawn(function()
      local event, err = run:next()
      while event do
        seen[#seen + 1] = event.text
        event, err = run:next()
      end
      return nil, err
    end)
    assert.is_true(tasks.wait(client, "blocking", function()
      return seen[1] ~= nil
    end))
    run:cancel()
    reader:await()
    assert.equal("cancelled", reader.err.kind)
    assert.same({ "par" }, seen)
    assert.is_true(tasks.wait(client, "blocking", function()
      return scene:journal().connections_open == 0
    end))
  end)

  it("ends with the loop over it from Lua 5.4 on", function()
    local client = api.scene(server, { { api.call("c1", "f") }, DONE })
    local run = api.run(client, { tools = tools() })
    for event in run:events() do
      if event.type == "tool_finished" then
        break
      end
    end
    assert.equal(_VERSION >= "Lua 5.4" and "cancelled" or "open", run.status)
  end)

  it("is said texts alone", function()
    local client = api.scene(server, {})
    local run = api.run(client, {})
    for said, expected in pairs { [5] = ", got number", ["a\255"] = ": it is no UTF%-8 from byte 2 on" } do
      local done, message = pcall(function()
        run:say(said)
      end)
      assert.is_false(done)
      assert.truthy(message:find("run_spec.lua:%d+: oai: responses.run: expected a text to say" .. expected), message)
    end
  end)

  it("names what it has not", function()
    local client = api.scene(server, {})
    local run = api.run(client, {})
    for _, name in ipairs { "err", "reply", "response", "output_parsed" } do
      assert.is_nil(run[name])
    end
    local done, message = pcall(function()
      return run.ouput_text
    end)
    assert.is_false(done)
    assert.truthy(message:find("a run has no 'ouput_text'; did you mean 'output_text'?", 1, true), message)
  end)

  it("fails where its client is closed", function()
    local client = api.scene(server, { { api.call("c1", "f") } })
    local run = api.run(client, { tools = { f = { run = function()
      return nil, select(2, oai.sleep(20))
    end } } })
    local reader = client:spawn(function()
      return run:final()
    end)
    tasks.wait(client, "blocking", function()
      return run.attempted[1] ~= nil
    end)
    client:close()
    assert.is_true(reader.done)
    assert.equal("cancelled", run.status)
  end)

  it("starts no function after it was cancelled by who is told of it", function()
    local ran = false
    local client = api.scene(server, { { api.call("c1", "f"), api.call("c2", "f") }, DONE })
    local run
    run = api.run(client, { tools = { f = { run = function()
      ran = true
    end } }, on_tool = function()
      run:cancel()
    end })
    local _, err = run:final()
    assert.equal("cancelled", err.kind)
    assert.is_false(ran)
    assert.is_nil(next(run._tasks))
  end)

  it("stays cancelled, whatever stop_when says", function()
    local client = api.scene(server, { { api.call("c1", "f") }, DONE })
    local run = api.run(client, { tools = tools(), stop_when = function(turn)
      turn.run:cancel()
      return true
    end })
    local _, err = run:final()
    assert.equal("cancelled", err.kind)
    assert.equal("cancelled", run.status)
  end)

  it("tells the model of a function that returned what cannot be read", function()
    local strict = setmetatable({}, { __index = function(_, name)
      error("no field " .. name, 0)
    end })
    for _, value in ipairs { strict, oai.client { api_key = "sk-x" } } do
      local client, scene = api.scene(server, { { api.call("c1", "f") }, DONE })
      local run = assert(api.run(client, { tools = { f = { run = function()
        return value
      end } } }):final())
      assert.equal("output", run.errors[1].reason)
      assert.truthy(api.outputs(turns.body(scene, 2)).c1:find "^Error: what it returned ")
    end
  end)

  it("loads nothing for who does not run", function()
    local _, scene = api.scene(server, { DONE })
    local output = child.run(([[
      local oai = require "oai"
      local client = oai.client { api_key = "sk-x", base_url = %q }
      assert(client.responses:create { model = "m", input = "x" })
      for name in pairs(package.loaded) do
        if name:find "^oai%%.run" or name:find "^oai%%.tools" then
          print(name)
        end
      end
      print "none"
    ]]):format(scene.base_url))
    assert.equal("none\n", output)
  end)
end)
