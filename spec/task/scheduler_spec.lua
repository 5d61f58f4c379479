-- Who is resumed, when and by whom: turns, coroutines that are somebody
-- else's, two clients, schedulers of the program's own, forks.

local addresses = require "spec.support.addresses"
local answer = require "spec.support.answer"
local child = require "spec.support.child"
local connect = require "spec.support.connect"
local core = require "oai.core"
local host = require "spec.support.host"
local oai = require "oai"
local process = require "spec.support.process"
local raised_nil = require "spec.support.raised_nil"
local round_robin = require "spec.support.round_robin"
local server = require("spec.support.server").start()
local timing = require "spec.support.timing"

local get, ask, arrived = addresses.get, addresses.ask, addresses.arrived

local has_jit = rawget(_G, "jit") ~= nil
local yields_anywhere = _VERSION ~= "Lua 5.1" or has_jit

--- A condition: a request to /stall was given up by the client.
local function is_aborted(journal)
  for _, request in ipairs(journal.requests) do
    if request.path == "/v1/stall" then
      return request.outcome == "aborted"
    end
  end
end

describe("a task's coroutine", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  it("resumed by somebody else while it waits tells them, and goes on", function()
    local thread
    local task = client:spawn(function()
      thread = coroutine.running()
      return assert(get(client, "slow")).ok
    end)
    for _ = 1, 3 do
      local resumed, message = coroutine.resume(thread, "whatever")
      assert.is_true(resumed)
      assert.equal("oai: this coroutine waits for oai, which alone may resume it", message)
      assert.is_false(task.done)
    end
    assert.is_true(task:await())
    assert.equal(1, scene:journal().requests_total)
  end)

  it("resumed by somebody else in the middle of a stream loses no event", function()
    local thread, text = nil, ""
    local task = client:spawn(function()
      thread = coroutine.running()
      local stream = assert(ask(client))
      local event = stream:next()
      while event do
        text = text .. answer.text(event)
        event = stream:next()
      end
    end)
    while not task.done do
      task:await(0.005)
      coroutine.resume(thread)
    end
    assert.equal("abcd", text)
  end)

  it("may yield to something of its own", function()
    local thread, got
    local task = client:spawn(function()
      assert(get(client, "quick"))
      thread = coroutine.running()
      got = { coroutine.yield("question") }
      return assert(get(client, "quick")).ok
    end)
    local other = client:spawn(function()
      get(client, "slow")
      local resumed, err = coroutine.resume(thread, "an", "answer")
      assert(resumed, err)
    end)
    assert.is_true(task:await())
    assert.same({ "an", "answer" }, got)
    assert.is_true(other.done)
    client:run()
  end)

  it("may have yielded when its client is waited for in vain", function()
    local task = client:spawn(function()
      get(client, "quick")
      coroutine.yield()
    end)
    local _, err = task:await(0.2)
    assert.equal("timeout", err.kind)
    local raised, message = pcall(task.await, task)
    assert.is_false(raised)
    assert.truthy(message:find("scheduler_spec.lua:%d+: oai: this waits for tasks that have yielded"), message)
  end)

  it("that ends with an error where somebody else resumed it has failed", function()
    local thread
    local task = client:spawn(function()
      thread = coroutine.running()
      coroutine.yield()
      error("broken", 0)
    end)
    coroutine.resume(thread)
    local value, err = task:await()
    assert.is_nil(value)
    assert.equal("string", type(err))
    client:run()
  end)

  it("that somebody has closed has failed", function()
    local close = rawget(coroutine, "close")
    if not close then
      pending "this Lua closes no coroutines"
    end
    local thread
    local task = client:spawn(function()
      thread = coroutine.running()
      get(client, "slow")
    end)
    close(thread)
    local _, err = task:await()
    assert.truthy(err:find("somebody else", 1, true), err)
    client:run()
  end)

  it("may use generators, also around a stream", function()
    local texts = {}
    for i = 1, 3 do
      client:spawn(function()
        local pieces = coroutine.wrap(function()
          local stream = assert(ask(client))
          local event = stream:next()
          while event do
            coroutine.yield(answer.text(event))
            event = stream:next()
          end
        end)
        texts[i] = ""
        local piece = pieces()
        while piece do
          texts[i] = texts[i] .. piece
          piece = pieces()
        end
        assert(get(client, "quick"))
      end)
    end
    client:run()
    assert.same({ "abcd", "abcd", "abcd" }, texts)
  end)

  it("may use them in many tasks at once", function()
    local count = 0
    for _ = 1, 300 do
      client:spawn(function()
        get(client, "slow") -- so that all go on at once, one within another
        local generate = coroutine.wrap(function()
          for _ = 1, 3 do
            coroutine.yield(assert(get(client, "quick")).ok)
          end
        end)
        while generate() do
          count = count + 1
        end
      end)
    end
    client:run()
    assert.equal(900, count)
  end)

  it("may await in a generator what goes on in the same turn", function()
    local tasks, sum = {}, 0
    for i = 1, 8 do
      tasks[i] = client:spawn(function()
        get(client, "slow")
        if i < 8 then
          local value = coroutine.wrap(function()
            return (tasks[i + 1]:await())
          end)()
          sum = sum + value
        end
        return 1
      end)
    end
    client:run()
    assert.equal(7, sum)
  end)

  it("is cancelled in a generator too", function()
    local kinds = {}
    local task = client:spawn(function()
      get(client, "quick")
      local generate = coroutine.wrap(function()
        local _, err = get(client, "stall")
        kinds[1] = err.kind
        coroutine.yield(1)
        get(client, "quick")
      end)
      generate()
      generate()
    end)
    client:spawn(function()
      get(client, "slow")
      task:cancel()
    end)
    client:run()
    assert.equal("cancelled", kinds[1])
    assert.equal("cancelled", task.err.kind)
    assert.equal(3, scene:journal().requests_total)
    scene:wait(is_aborted)
  end)

  it("must not read a stream that another one waits for", function()
    local stream
    local reader = client:spawn(function()
      stream = assert(ask(client))
      return stream:final()
    end)
    local message
    local intruder = client:spawn(function()
      while not stream do
        get(client, "quick")
      end
      local _
      _, message = pcall(stream.next, stream)
    end)
    if yields_anywhere then
      intruder:await()
      assert.truthy(message:find("two tasks wait for one reply: read a stream in one task only", 1, true), message)
    end
    assert.equal("abcd", reader:await().choices[1].message.content)
  end)

  it("may read a stream that another has left", function()
    local stream, text
    client:spawn(function()
      stream = assert(ask(client))
      stream:next()
    end):await()
    local task = client:spawn(function()
      text = stream:final().choices[1].message.content
    end)
    task:await()
    assert.equal("abcd", text)
  end)

  it("may leave a stream to the program", function()
    local stream
    client:spawn(function()
      stream = assert(ask(client))
    end):await()
    local other = client:spawn(get, client, "slow")
    assert.equal("abcd", stream:final().choices[1].message.content)
    assert.is_true(other:await().ok)
  end)

  it("waits in a loop over a stream where this Lua can, and else says what to do", function()
    local text = ""
    local task = client:spawn(function()
      for piece in assert(ask(client)):text() do
        text = text .. piece
      end
    end)
    local _, err = task:await()
    if yields_anywhere then
      assert.equal("abcd", text)
      assert.is_nil(err)
    else
      assert.truthy(err:find("Lua 5.1 cannot wait within a 'for' loop or pcall: call its next(), or the iterator, "
        .. "yourself", 1, true), err)
    end
  end)

  it("may call the iterator itself", function()
    local text = ""
    local task = client:spawn(function()
      local pieces = assert(ask(client)):text()
      local piece = pieces()
      while piece do
        text = text .. piece
        piece = pieces()
      end
    end)
    task:await()
    assert.equal("abcd", text)
  end)
end)

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

describe("a scheduler of the program's own", function()
  local client, scene, own

  before_each(function()
    scene = addresses.scene(server)
    own = round_robin.new()
    client = addresses.client(scene, { loop = { wait = own.wait, sleep = own.sleep, worker = false } })
  end)

  after_each(function()
    client:close()
  end)

  it("waits in its own coroutines", function()
    local order = {}
    local function fetch(name)
      return coroutine.create(function()
        assert(get(client, name))
        order[#order + 1] = name
      end)
    end
    own.run(fetch "slower", fetch "slow", fetch "quick")
    assert.same({ "quick", "slow", "slower" }, order)
  end)

  it("sleeps between attempts", function()
    scene = addresses.scene(server, { ["GET /shaky"] = { { status = 500, headers = { ["retry-after-ms"] = "20" } },
      { json = { ok = true } } } })
    client = addresses.client(scene, { max_retries = 1, loop = { wait = own.wait, sleep = own.sleep } })
    local value
    own.run(coroutine.create(function()
      value = get(client, "shaky")
    end))
    assert.is_true(value.ok)
  end)

  it("has tasks, which await one another", function()
    local log, threads = {}, {}
    local function spawn(name)
      return client:spawn(function()
        threads[#threads + 1] = coroutine.running()
        local value = assert(get(client, name)).ok
        log[#log + 1] = name
        return value
      end)
    end
    local one, two = spawn "slow", spawn "quick"
    threads[#threads + 1] = coroutine.create(function()
      local results = assert(client:gather { one, two })
      log[#log + 1] = tostring(results[1] and results[2])
    end)
    own.run(threads[1], threads[2], threads[3])
    assert.same({ "quick", "slow", "true" }, log)
  end)

  it("has map, with a limit to what is awaited", function()
    local value, err
    own.run(coroutine.create(function()
      local task = client:spawn(coroutine.yield)
      value, err = task:await(0.05)
    end))
    assert.is_nil(value)
    assert.equal("timeout", err.kind)
  end)

  it("sees a task cancelled: its exchange is stopped, which ends the wait", function()
    local thread, kinds = nil, {}
    local task = client:spawn(function()
      thread = coroutine.running()
      local _, err = get(client, "stall")
      kinds[1] = err.kind
      local _, raised = pcall(get, client, "quick")
      kinds[2] = raised.kind
    end)
    own.run(coroutine.create(function()
      get(client, "slow")
    end))
    task:cancel()
    own.run(thread)
    assert.same({ "cancelled", "cancelled" }, kinds)
    assert.is_true(task.done)
    scene:wait(is_aborted)
  end)

  it("may have its engine on the worker", function()
    client = addresses.client(scene, { loop = { wait = own.wait, sleep = own.sleep } })
    local thread, kind
    local value
    own.run(coroutine.create(function()
      value = assert(get(client, "slow")).ok
    end))
    assert.is_true(value)
    local task = client:spawn(function()
      thread = coroutine.running()
      local _, err = get(client, "stall")
      kind = err.kind
    end)
    task:cancel()
    own.run(thread)
    assert.equal("cancelled", kind)
    scene:wait(function(journal)
      return journal.requests_total == 1 or is_aborted(journal)
    end)
  end)

  it("that simply blocks is enough", function()
    local blocking = require "oai.loop.blocking"
    client = addresses.client(scene, { loop = { wait = blocking.wait, sleep = blocking.sleep, worker = false } })
    local task = client:spawn(get, client, "slow")
    assert.is_true(task.done)
    assert.is_true(task:await().ok)
    local results = assert(client:map({ "quick", "slow" }, function(name)
      return get(client, name)
    end))
    assert.equal(2, #results)
  end)

  it("needs both functions", function()
    for _, loop in ipairs { {}, { wait = print }, { sleep = print }, { wait = 1, sleep = 2 } } do
      assert.has_error(function()
        oai.client { api_key = "sk-spec", loop = loop }
      end)
    end
  end)
end)

describe("a client that the system refuses an engine", function()
  -- The modules are loaded first: without descriptors none can be.
  local PROGRAM = [[
    local oai, core, socket = require "oai", require "oai.core", require "socket"
    local said = require "spec.support.said"
    local LOOP, BASE = %q, %q
    local function new()
      return oai.client { api_key = "sk-spec", base_url = BASE, max_retries = 0, loop = LOOP }
    end
    local function list(client)
      return client.models:list()
    end
    local function go_on(client, task)
      local limit = core.clock() + 5
      repeat
        if LOOP == "blocking" then
          client:run()
        elseif LOOP == "frame" then
          client:update()
          socket.sleep(0.001)
        else
          require("luv").run("nowait")
        end
      until task.done or LOOP == "blocking" or core.clock() > limit
    end
    local function say(name, client, fn)
      local task = client:spawn(fn, client)
      local went, err = pcall(go_on, client, task)
      local value, why = nil, "it is not done"
      if task.done then
        value, why = task:await()
      end
      print(name, went or err, tostring(value), value == nil and said(why):match("[^:]+$") or "")
    end
    local held = {}
    local function starve()
      collectgarbage() -- nothing else is given back meanwhile
      collectgarbage()
      repeat
        local file = io.open "/dev/null"
        held[#held + 1] = file
      until not file
    end
    local function feed()
      for i = #held, 1, -1 do
        table.remove(held):close()
      end
    end

    local function wait_in_vain(client)
      local me = require("oai.task.running").task()
      return client:spawn(function() return me:await(0.05) end):await(0.02)
    end
    local function wait_later(client)
      local _, err = list(client)
      assert(err == nil or err.kind == "limit")
      feed()
      local inner = client:spawn(list, client)
      return inner:await() and client:gather { inner, client:spawn(list, client) } and "well"
    end
    local function raise(client)
      list(client)
      error("planned", 0)
    end
    local function map(client)
      return client:map({ 1, 2 }, function() return list(client) end)
    end

    local warm = new()
    say("warm", warm, wait_in_vain)
    say("warm", warm, wait_later)
    say("warm", warm, map)
    pcall(say, "warm", warm, raise)
    say("warm", new(), function(client) return list(client:with { base_url = "http://127.0.0.1:1" }) end)
    for _, case in ipairs { { "wait", wait_in_vain }, { "later", wait_later }, { "map", map }, { "raise", raise } } do
      local client = new()
      starve()
      say(case[1], client, case[2])
      client:close()
      feed()
    end
  ]]

  local function results(loop)
    local scene = server:scenario { replies = { { json = { object = "list", data = {} } } }, repeat_last = true }
    local output, status = child.run(PROGRAM:format(loop, scene.base_url), nil, 60)
    assert.equal(0, status, output)
    local lines = {}
    for line in output:gmatch("[^\n]+") do
      local name, rest = line:match("^(%l+)\t(.*)$")
      lines[#lines + 1] = name and name ~= "warm" and name .. ": " .. rest:gsub("%s+", " "):gsub(" $", "") or nil
    end
    return lines
  end

  local REFUSED = "true nil Too many open files"

  for _, loop in ipairs { "blocking", "frame", "uv" } do
    it("has tasks that end, and goes on with them when it gets one: " .. loop, function()
      if loop == "uv" and host.missing "uv" then
        pending(host.missing "uv")
        return
      end
      assert.same({
        "wait: " .. REFUSED, "later: true well", "map: " .. REFUSED,
        "raise: " .. (loop == "blocking" and "planned" or "true") .. " nil planned",
      }, results(loop))
    end)
  end
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

  --- The module, with a coroutine.resume that may be refused its memory.
  local function load_scheduler()
    local own, resume = package.loaded[NAME], coroutine.resume
    package.loaded[NAME] = nil
    coroutine.resume = function(...) -- luacheck: ignore
      if is_refused then
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

describe("a forked process", function()
  local has_posix, posix = pcall(require, "posix")
  local fork = has_posix and (posix.fork or require("posix.unistd").fork)

  it("forgets its parent's tasks, and both go on", function()
    if not fork then
      pending "luaposix is not installed for this Lua"
    end
    local scene = addresses.scene(server)
    local output, status = child.run(([[
      local posix = require "posix"
      local unistd, wait = require "posix.unistd", require "posix.sys.wait"
      local oai = require "oai"
      local options = { api_key = "sk-spec", base_url = %q, max_retries = 0 }
      local client = oai.client(options)
      local function get(one, name)
        return one:request("GET", "/" .. name)
      end
      local task = client:spawn(get, client, "slower")
      local stalled = client:spawn(get, client, "stall", { timeout = 5 })
      client:spawn(get, client, "quick"):await()
      local id = unistd.fork()
      if id == 0 then
        local own = oai.client(options)
        local tasks = { own:spawn(get, own, "quick"), own:spawn(get, own, "slow") }
        own:run()
        print("child", tasks[1].value.ok, tasks[2].value.ok, task.done)
        own:close()
        local _, message = pcall(client.close, client)
        io.stdout:flush()
        unistd._exit(0)
      end
      wait.wait(id)
      print("parent", task:await().ok)
      stalled:cancel()
      client:close()
    ]]):format(scene.base_url))
    assert.truthy(output:find("child\ttrue\ttrue\tfalse", 1, true), output)
    assert.truthy(output:find("parent\ttrue", 1, true), output)
    assert.equal(0, status)
  end)
end)

describe("the end of a program", function()
  local scene

  before_each(function()
    scene = addresses.scene(server)
  end)

  local PRELUDE = [[
    local oai = require "oai"
    local client = oai.client { api_key = %q, base_url = %q, max_retries = 0, limit_rate = false, loop = %q }
    local function get(name)
      return client:request("GET", "/" .. name)
    end
    local function ask()
      local stream = assert(client.chat.completions:create { model = "m", messages = {}, stream = true })
      while stream:next() do end
    end
    local tasks = {}
    for i = 1, 5 do
      tasks[i] = client:spawn(get, "stall")
      tasks[5 + i] = client:spawn(ask)
    end
    local limit = os.time() + 10
    repeat
      client:update()
    until not tasks[10] or client:update() or os.time() > limit or true
    %s
  ]]

  for _, loop in ipairs { "blocking", "frame" } do
    for _, case in ipairs {
      { name = "in the middle of tasks", code = "", says = true },
      { name = "with os.exit", code = "os.exit(0)" },
      { name = "with os.exit that closes the state", code = "os.exit(0, true)" },
      { name = "with os.exit in a task", code = "client:spawn(function() os.exit(0, true) end)" },
      { name = "with all collected before", code = "client, tasks = nil collectgarbage() collectgarbage()" },
      { name = "with a client closed in a task", code = "client:spawn(function() client:close() end)" },
    } do
      it(case.name .. " is clean, loop " .. loop, function()
        local output, status = child.run(PRELUDE:format(connect.key, scene.base_url, loop, case.code))
        local rest, told = output:gsub("^oai: the program has ended before %d+ of its tasks: [^\n]+\n", "")
        assert.equal("", rest)
        assert.is_true(told == 0 or loop == "blocking")
        assert.is_true(told == 1 or loop ~= "blocking" or not case.says)
        assert.equal(0, status)
        scene:wait_idle()
      end)
    end
  end
end)
