-- Who is resumed, when and by whom: turns over a wire, and a scheduler by itself.

local addresses = require "spec.support.addresses"
local core = require "oai.core"
local process = require "spec.support.process"
local raised_nil = require "spec.support.raised_nil"
local server = require("spec.support.server").start()
local timing = require "spec.support.timing"

local get, ask, arrived = addresses.get, addresses.ask, addresses.arrived

describe("turns", function()
  local client, scene

  before_each(function()
    scene = addresses.scene(server)
  end)

  after_each(function()
    client:close()
  end)

  it("wake up to many deadlines in their order #timed", function()
    client = addresses.client(scene)
    local order = {}
    for i = 1, 50 do
      local seconds = (i * 37 % 50) / 100 + 0.02
      client:spawn(function()
        local due = core.clock() + seconds
        local _, err = get(client, "stall", { timeout = seconds })
        assert(err.kind == "timeout")
        assert(core.clock() >= due)
        order[#order + 1] = due
      end)
    end
    local started = core.clock()
    client:run()
    assert.equal(50, #order)
    for i = 2, 50 do -- a call may begin a little after its `due` was reckoned
      assert.is_true(order[i] > order[i - 1] - 0.1, i .. " was late")
    end
    assert.is_true(core.clock() - started < 5)
    scene:wait_idle()
  end)

  it("do not spin while nothing happens #timed", function()
    client = addresses.client(scene)
    for _ = 1, 20 do
      client:spawn(get, client, "stall", { timeout = 0.6 })
    end
    client:spawn(get, client, "quick"):await()
    local share = timing.share(function()
      client:run()
    end)
    assert.is_true(share < timing.idle, share)
  end)

  it("serve two clients of one program #timed", function()
    client = addresses.client(scene)
    local other = addresses.client(scene)
    local order, started = {}, core.clock()
    for i, one in ipairs { client, other, client, other } do
      one:spawn(function()
        assert(get(one, i % 2 == 0 and "slow" or "slower"))
        order[#order + 1] = i % 2
      end)
    end
    client:run()
    other:run()
    assert.same({ 0, 0, 1, 1 }, order)
    assert.is_true(core.clock() - started < 2)
    local share = timing.share(function()
      client:spawn(get, client, "stall", { timeout = 0.5 })
      other:spawn(get, other, "stall", { timeout = 0.5 })
      client:run()
    end)
    assert.is_true(share < timing.idle, share)
    other:close()
  end)

  it("go on while the program makes a call itself", function()
    client = addresses.client(scene)
    local log = {}
    for _ = 1, 3 do
      client:spawn(function()
        get(client, "quick")
        get(client, "quick")
        log[#log + 1] = "task"
      end)
    end
    assert(get(client, "slower"))
    assert.same({ "task", "task", "task" }, log)
    assert(get(client, "quick"))
  end)

  it("go on while the program reads a stream", function()
    client = addresses.client(scene)
    local count = 0
    for _ = 1, 3 do
      client:spawn(function()
        get(client, "quick")
        count = count + 1
      end)
    end
    local text = ""
    for piece in assert(ask(client)):text() do
      text = text .. piece
    end
    assert.equal("abcd", text)
    assert.equal(3, count)
  end)

  it("after an error in the program's own loop go on", function()
    client = addresses.client(scene)
    local task = client:spawn(get, client, "slow")
    assert.has_error(function()
      client:spawn(function() end)
      error("interrupted")
    end)
    assert.is_true(task:await().ok)
  end)

  it("of a client that was dropped in the middle are taken with it", function()
    collectgarbage()
    local before = process.descriptors()
    client = addresses.client(scene, { loop = "frame" })
    for _ = 1, 3 do
      client:spawn(get, client, "stall")
    end
    scene:wait(arrived(3))
    client:close()
    client = addresses.client(scene)
    collectgarbage()
    assert.equal(before, process.settled(process.descriptors, before))
  end)
end)

describe("a scheduler without a server", function()
  local task_module = require "oai.task"
  local running = require "oai.task.running"
  local NAME = "oai.task.scheduler"

  local now, schedulers, scheduler, shared, is_refused

  --- As much of an engine as a scheduler needs.
  local function new_engine()
    return {
      clock = function() return now end, step = function() now = now + 1 end, ready = function() return 0, false end,
      alarm = function() end, is_foreign = function() return false end,
    }
  end

  --- The module, with a coroutine.resume that may be refused its memory, or there
  --- is none to call it.
  local function load_scheduler()
    local own, resume = package.loaded[NAME], coroutine.resume
    package.loaded[NAME] = nil
    coroutine.resume = function(...) -- luacheck: ignore
      if is_refused == "called" then
        error("not enough memory", 0)
      elseif is_refused then
        return false, "not enough memory"
      end
      return resume(...)
    end
    local loaded = require(NAME)
    package.loaded[NAME], coroutine.resume = own, resume -- luacheck: ignore
    return loaded
  end

  before_each(function()
    now, is_refused = 0, false
    shared = { loop = { has_tasks = true, report = function() end } }
    schedulers = load_scheduler()
    scheduler = schedulers.of(shared, new_engine())
  end)

  local function new_task(fn)
    return task_module.new({ _shared = shared }, fn, { n = 0 })
  end

  local function park(key, deadline)
    return scheduler:park(running.task(), key, deadline)
  end

  it("resumes a task in the next turn that there was no memory to resume", function()
    local results
    local one = new_task(function()
      results = { park(7, math.huge) }
    end)
    scheduler:start(one)
    scheduler:notify(7)
    is_refused = true
    for _ = 1, 2 do
      local done, err = pcall(scheduler.turn, scheduler)
      assert.same({ false, "not enough memory" }, { done, err })
      assert.is_nil(results)
    end
    is_refused = false
    scheduler:turn()
    assert.same({ true }, results)
    assert.is_true(one.done)
    assert.is_nil(one.err)
  end)

  --- Has the engine say once that there is news of these keys.
  local function hear_of(keys)
    scheduler.engine.ready = function(_, news)
      for i, key in ipairs(keys) do
        news[i] = key
      end
      local count = #keys
      keys = {}
      return count, false
    end
  end

  for _, refused in ipairs { "called", true } do
    it("resumes one of whom there is news when there is memory again for that: " .. tostring(refused), function()
      local heard = { {}, {} }
      for i = 1, 2 do
        scheduler:start(new_task(function()
          for _ = 1, 2 do
            heard[i][#heard[i] + 1] = { park(i, math.huge) }
          end
        end))
      end
      hear_of { 1, 2 }
      is_refused = refused
      for _ = 1, 2 do
        assert.is_false((pcall(scheduler.turn, scheduler)))
      end
      is_refused = false
      scheduler:turn()
      assert.same({ { { true } }, { { true } } }, heard)
      hear_of { 2, 1 }
      scheduler:turn()
      assert.is_false(scheduler:is_busy())
      assert.equal(0, scheduler.count)
    end)
  end

  it("resumes those of whom there is news behind those who were ready before", function()
    local order = {}
    for _, key in ipairs { 1, 2, 3 } do
      scheduler:start(new_task(function()
        park(key, math.huge)
        order[#order + 1] = key
      end))
    end
    scheduler:notify(3)
    hear_of { 2, 1 }
    scheduler:turn()
    assert.same({ 3, 2, 1 }, order)
  end)

  it("resumes one that a task has driven the scheduler for, when there is memory again", function()
    local heard, raised = {}, nil
    scheduler:start(new_task(function()
      park(1, math.huge)
      hear_of { 2, 3 }
      is_refused = "called"
      raised = { pcall(scheduler.drive, scheduler, 0) }
      is_refused = false
    end))
    for i = 2, 3 do
      scheduler:start(new_task(function()
        heard[i] = { park(i, math.huge) }
      end))
    end
    hear_of { 1 }
    scheduler:turn()
    assert.same({ false, "not enough memory" }, raised)
    scheduler:turn()
    assert.same({ [2] = { true }, [3] = { true } }, heard)
    assert.same({ false, 0 }, { scheduler:is_busy(), scheduler.count })
  end)

  it("has forgotten that by the time the task fails", function()
    local one = new_task(function()
      park(7, math.huge)
    end)
    scheduler:start(one)
    scheduler:notify(7)
    is_refused = true
    assert.is_false(pcall(scheduler.turn, scheduler))
    schedulers.fail(one, "planned")
    assert.equal("planned", one.err)
  end)

  for name, fault in pairs {
    ["its host is told"] = function() scheduler.engine.alarm = error end,
    ["its end is noted"] = function(one) one.slot = { leave = error } end,
  } do
    it("goes on in the next turn with a task that failed, when an error comes while " .. name, function()
      shared = { loop = { report = function() end, start = function() return { hold = function() end } end } }
      local engine = new_engine()
      scheduler = schedulers.of(shared, engine)
      local one, alarm, add = nil, engine.alarm, running.add
      running.add = function()
        fault(one)
        error("planned", 0)
      end
      one = new_task(function() end)
      assert.is_false(pcall(scheduler.start, scheduler, one))
      running.add, engine.alarm, one.slot = add, alarm, false
      scheduler:turn()
      assert.equal("planned", one.err)
      assert.is_false(scheduler:is_busy())
    end)
  end

  it("has its host told of who is ready outside of a turn alone", function()
    shared = { loop = { report = function() end, start = function() return { hold = function() end } end } }
    local engine, told, seen = new_engine(), 0, {}
    engine.alarm = function()
      told = told + 1
    end
    scheduler = schedulers.of(shared, engine)
    local function note(fn, ...)
      local before = told
      fn(...)
      seen[#seen + 1] = told - before
    end
    local two = new_task(function()
      park(8, math.huge)
    end)
    local three = new_task(function()
      park(7.5, math.huge)
      seen[#seen + 1] = told -- behind the pause of the first
    end)
    local one = new_task(function()
      park(7, math.huge)
      note(scheduler.notify, scheduler, 8)
      told = 0
      scheduler:pause(running.task())
    end)
    for _, task in ipairs { two, three, one } do
      scheduler:start(task)
    end
    note(scheduler.notify, scheduler, 7)
    note(scheduler.notify, scheduler, 7.5)
    scheduler:turn()
    assert.same({ 1, 1, 0, 0 }, seen)
    scheduler:turn()
    assert.same({ true, true, true }, { one.done, two.done, three.done })
  end)

  it("has nobody told where nobody is", function()
    local told = 0
    scheduler.engine.alarm = function()
      told = told + 1
    end
    local one = new_task(function()
      park(7, math.huge)
      scheduler:pause(running.task())
    end)
    scheduler:start(one)
    scheduler:notify(7)
    scheduler:turn()
    scheduler:turn()
    assert.is_true(one.done)
    assert.equal(0, told)
  end)

  it("begins no task that there is no memory to begin", function()
    local one = new_task(function() end)
    is_refused = true
    local done, err = pcall(scheduler.start, scheduler, one)
    assert.same({ false, "not enough memory" }, { done, err })
    assert.is_false(one.begun)
    assert.is_false(scheduler:is_busy())
  end)

  it("leaves a task that runs alone, though an error has left it noted that it waits", function()
    local drove, results
    local one = new_task(function()
      scheduler:add({}, running.task(), now)
      drove = pcall(scheduler.drive, scheduler, 0)
      results = { park(7, now + 1) }
    end)
    scheduler:start(one)
    assert.is_true(drove)
    scheduler:drive(0)
    assert.same({ false }, results)
    assert.is_nil(one.err)
  end)

  local TABLE = {}

  for name, case in pairs {
    ["nil"] = { nil, "nil was raised" },
    ["false"] = { false, false }, ["a text"] = { "planned", "planned" }, ["a table"] = { TABLE, TABLE },
  } do
    local raised, told = case[1], case[2]

    it("tells what a task's coroutine raised that is not its function's: " .. name, function()
      local add = running.add
      running.add = function()
        error(raised, 0)
      end
      local one = new_task(function() end)
      scheduler:start(one)
      running.add = add
      assert.is_true(one.done)
      if raised == nil then
        assert.equal(raised_nil, one.err)
      else
        assert.equal(told, one.err)
        assert.equal(raised == "planned", one.values.traceback ~= nil)
      end
      assert.is_false(scheduler:is_busy())
    end)

    it("has a task fail with " .. name, function()
      local one = new_task(function()
        park(7, math.huge)
      end)
      scheduler:start(one)
      schedulers.fail(one, raised)
      assert.is_true(one.done)
      assert.equal(told, one.err)
      assert.equal(raised == "planned", one.values.traceback ~= nil)
      assert.is_false(scheduler:is_awaited(7))
      assert.is_false(scheduler:is_busy())
    end)
  end

  it("goes on in the next turn with a failure that it could not tell all of", function()
    local one = new_task(function()
      park(7, math.huge)
    end)
    scheduler:start(one)
    one.slot = { leave = error }
    assert.is_false(pcall(schedulers.fail, one, "planned"))
    one.slot = false
    assert.is_false(one.is_over)
    scheduler:turn()
    assert.is_true(one.is_over)
    assert.equal("planned", one.err)
  end)

  it("counts how many tasks run within one another, and knows the innermost", function()
    local deepest = 0
    local function nest(left)
      return new_task(function()
        local depth, me = running.depth()
        assert.equal(running.task(), me)
        deepest = math.max(deepest, depth)
        if left > 0 then
          scheduler:start(nest(left - 1))
        else
          park(7, math.huge)
        end
        assert.same({ depth, me }, { running.depth() })
      end)
    end
    local one = nest(3)
    scheduler:start(one)
    assert.is_nil(one.err)
    assert.equal(4, deepest)
    assert.equal(0, (running.depth()))
  end)

  it("takes out who waits in a coroutine within a task that is at its end", function()
    scheduler:start(new_task(function()
      scheduler:add({}, schedulers.waiter_outside(), 5)
      assert.equal(1, scheduler.count)
    end))
    assert.equal(0, scheduler.count)
  end)

  it("takes out who waited outside of tasks when an error has ended that", function()
    scheduler:add({}, schedulers.waiter_outside(), 5)
    assert.equal(1, scheduler.count)
    schedulers.waiter_outside()
    assert.equal(0, scheduler.count)
  end)

  it("has its host act later, also while it has no engine", function()
    local acts, is_elsewhere, has_run = {}, true, false
    shared = { loop = {
      is_elsewhere = function() return is_elsewhere end,
      later = function(act) acts[#acts + 1] = act end,
    } }
    scheduler = schedulers.without_engine(shared, function() end, function() return now end)
    scheduler:start(new_task(function()
      has_run = true
    end))
    assert.same({ false, 1 }, { has_run, #acts })
    is_elsewhere = false
    acts[1]()
    assert.is_true(has_run)
  end)
end)
