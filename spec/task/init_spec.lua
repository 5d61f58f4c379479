-- Tasks: what runs beside what, who gets which result, and that no error is
-- lost.

local addresses = require "spec.support.addresses"
local answer = require "spec.support.answer"
local child = require "spec.support.child"
local core = require "oai.core"
local oai = require "oai"
local server = require("spec.support.server").start()
local socket = require "socket"

local get, ask = addresses.get, addresses.ask

local SOON = { ["retry-after-ms"] = "20" }

local function pack(...)
  return { n = select("#", ...), ... }
end

--- What is written to stderr while `act` runs.
local function complaints(loop, act)
  local list = {}
  loop.report = function(message)
    list[#list + 1] = message
  end
  local done, err = pcall(act)
  loop.report = nil
  assert(done, err)
  return list
end

local blocking = require "oai.loop.blocking"

describe("a task", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  it("runs at once until it first waits", function()
    local log = {}
    local task = client:spawn(function(a, b)
      log[#log + 1] = a .. b
      assert(get(client, "quick"))
      log[#log + 1] = "end"
    end, "a", "b")
    log[#log + 1] = "spawned"
    assert.is_false(task.done)
    client:run()
    assert.same({ "ab", "spawned", "end" }, log)
    assert.is_true(task.done)
  end)

  it("that does not wait is done when it is spawned", function()
    local task = client:spawn(function(...)
      return select("#", ...), ...
    end, nil, 2, nil)
    assert.is_true(task.done)
    assert.equal(3, task.value)
    assert.same({ n = 4, 3, nil, 2, nil }, pack(task:await()))
    client:run()
  end)

  it("needs a function", function()
    for _, wrong in ipairs { 1, "print", {}, true } do
      local raised, message = pcall(client.spawn, client, wrong)
      assert.is_false(raised)
      assert.truthy(message:find("client:spawn: expected a function, got " .. type(wrong), 1, true), message)
    end
  end)

  it("goes on while others wait", function()
    local order = {}
    for _, name in ipairs { "slower", "slow", "quick" } do
      client:spawn(function()
        assert(get(client, name))
        order[#order + 1] = name
      end)
    end
    client:run()
    assert.same({ "quick", "slow", "slower" }, order)
  end)

  it("makes calls beside a hundred others, on one engine", function()
    local started, count = core.clock(), 0
    for _ = 1, 100 do
      client:spawn(function()
        assert(get(client, "slow"))
        count = count + 1
      end)
    end
    client:run()
    assert.equal(100, count)
    assert.is_true(core.clock() - started < 5, "one after the other")
  end)

  it("reads a stream beside others", function()
    local texts, order = {}, {}
    for i = 1, 3 do
      client:spawn(function()
        local stream = assert(ask(client))
        local event = stream:next()
        while event do
          texts[i] = (texts[i] or "") .. answer.text(event)
          order[#order + 1] = i
          event = stream:next()
        end
        assert.equal("complete", stream.status)
      end)
    end
    client:run()
    assert.same({ "abcd", "abcd", "abcd" }, texts)
    assert.not_same({ 1, 1, 1 }, { order[1], order[2], order[3] })
  end)

  it("spawns others", function()
    local log = {}
    client:spawn(function()
      local inner = client:spawn(function()
        assert(get(client, "slow"))
        log[#log + 1] = "inner"
        return "value"
      end)
      assert(get(client, "quick"))
      log[#log + 1] = "outer"
      local value = inner:await()
      log[#log + 1] = value
    end)
    client:run()
    assert.same({ "outer", "inner", "value" }, log)
  end)

  it("keeps to its deadline and timeouts #timed", function()
    local kinds = {}
    for i, case in ipairs {
      { "stall", { timeout = 0.1 } }, { "stall", { total_timeout = 0.1 } }, { "half", { timeout = 0.1 } },
      { "later", { max_retries = 2, total_timeout = 0.3 } },
    } do
      client:spawn(function()
        local _, err = get(client, case[1], case[2])
        kinds[i] = err.kind
      end)
    end
    client:spawn(function()
      local stream = assert(ask(client, { total_timeout = 0.1 }, true))
      local _, err = stream:final()
      kinds[5] = err.kind
    end)
    local started = core.clock()
    client:run()
    assert.same({ "timeout", "timeout", "timeout", "server", "timeout" }, kinds)
    assert.is_true(core.clock() - started < 5)
  end)

  it("tries again beside others", function()
    scene = addresses.scene(server, { ["GET /shaky"] = {
      { status = 500, headers = SOON }, { status = 500, headers = SOON }, { json = { ok = 1 }, delay = 0.05 } } })
    client = addresses.client(scene, { max_retries = 2 })
    local task = client:spawn(get, client, "shaky")
    local quick = client:spawn(get, client, "quick")
    assert.truthy(quick:await())
    assert.is_false(task.done)
    local value, facts = task:await()
    assert.equal(1, value.ok)
    assert.equal(3, facts.attempts)
  end)

  it("may be one of a copy of the client", function()
    local copy = client:with { timeout = 5 }
    local done = 0
    client:spawn(function()
      assert(get(copy, "slow"))
      done = done + 1
    end)
    copy:spawn(function()
      assert(get(client, "slow"))
      done = done + 1
    end)
    copy:run()
    assert.equal(2, done)
    assert.equal(2, scene:journal().requests_total)
  end)

  it("may call another client, and run with its tasks", function()
    local other = addresses.client(scene)
    local log = {}
    local one = client:spawn(function()
      assert(get(other, "slow"))
      log[#log + 1] = "one"
    end)
    other:spawn(function()
      assert(get(client, "quick"))
      log[#log + 1] = "two"
      one:await()
      log[#log + 1] = "three"
    end)
    other:run()
    assert.same({ "two", "one", "three" }, log)
    other:close()
  end)

  it("shows how it is", function()
    local task = client:spawn(get, client, "quick")
    assert.equal("oai.Task (waiting)", tostring(task))
    task:await()
    assert.equal("oai.Task (done)", tostring(task))
    local failed = client:spawn(error, "no")
    failed:await()
    assert.equal("oai.Task (failed)", tostring(failed))
    local cancelled = client:spawn(get, client, "stall")
    cancelled:cancel()
    assert.equal("oai.Task (cancelled)", tostring(cancelled))
  end)

  it("has no text of its own", function()
    assert.is_nil(client:spawn(function() end).text)
  end)
end)

describe("task:await", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  it("returns what the function returned", function()
    local task = client:spawn(function()
      assert(get(client, "quick"))
      return 1, nil, "three", nil
    end)
    assert.same({ n = 4, 1, nil, "three", nil }, pack(task:await()))
    assert.same({ n = 4, 1, nil, "three", nil }, pack(task:await()))
    assert.equal(1, task.value)
    assert.is_nil(task.err)
  end)

  it("returns nothing when it returned nothing", function()
    assert.same({ n = 0 }, pack(client:spawn(function() end):await()))
  end)

  it("returns nil and the error that it returned", function()
    local task = client:spawn(get, client, "missing")
    local value, err = task:await()
    assert.is_nil(value)
    assert.equal("not_found", err.kind)
    assert.equal(err, task.err)
  end)

  for _, case in ipairs {
    { name = "a string", raised = "broken" },
    { name = "a table", raised = { code = 7 } },
    { name = "false", raised = false },
  } do
    it("returns nil and what it raised: " .. case.name, function()
      local task = client:spawn(function()
        assert(get(client, "quick"))
        error(case.raised, 0)
      end)
      local value, err = task:await()
      assert.is_nil(value)
      assert.equal(case.raised, err)
      assert.equal(case.raised, task.err)
    end)
  end

  it("has something to say of nil that was raised", function()
    local _, err = client:spawn(error):await()
    assert.is_truthy(err)
  end)

  it("waits no longer than it is told, and the task goes on #timed", function()
    scene = addresses.scene(server, { ["GET /late"] = { { json = { ok = true }, delay = 1 } } })
    client = addresses.client(scene)
    local task = client:spawn(get, client, "late")
    local started = core.clock()
    local value, err = task:await(0.05)
    local took = core.clock() - started
    assert.is_nil(value)
    assert.equal("timeout", err.kind)
    assert.truthy(err.message:find("0.05 s", 1, true), err.message)
    assert.is_true(took >= 0.05 and took < 0.9, took)
    assert.is_false(task.done)
    assert.is_true(task:await(10).ok)
    assert.equal(1, scene:journal().requests_total)
  end)

  it("of 0 seconds looks once", function()
    local task = client:spawn(get, client, "slow")
    for _ = 1, 3 do
      local _, err = task:await(0)
      assert.equal("timeout", err.kind)
    end
    assert.is_true(task:await().ok)
    assert.is_true(task:await(0).ok)
  end)

  it("wants a number", function()
    local task = client:spawn(get, client, "slow")
    local raised, message = pcall(task.await, task, "1")
    assert.is_false(raised)
    assert.truthy(message:find("task:await: expected a number of seconds, got string", 1, true), message)
  end)

  it("in a task waits with the same results and limits", function()
    local results
    local target = client:spawn(get, client, "slow")
    client:spawn(function()
      local _, err = target:await(0.02)
      local value, facts = target:await()
      results = { err.kind, value.ok, facts.status }
    end)
    client:run()
    assert.same({ "timeout", true, 200 }, results)
  end)

  it("may be called by several", function()
    local target = client:spawn(function()
      return assert(get(client, "slow")).ok, "more"
    end)
    local seen = {}
    for i = 1, 5 do
      client:spawn(function()
        seen[i] = pack(target:await())
      end)
    end
    assert.same({ n = 2, true, "more" }, pack(target:await()))
    client:run()
    for i = 1, 5 do
      assert.same({ n = 2, true, "more" }, seen[i])
    end
  end)

  it("gives every one of several the error", function()
    local target = client:spawn(function()
      get(client, "quick")
      error("broken", 0)
    end)
    local seen = {}
    for i = 1, 3 do
      client:spawn(function()
        seen[i] = select(2, target:await())
      end)
    end
    client:run()
    assert.same({ "broken", "broken", "broken" }, seen)
  end)

  it("refuses what could never end", function()
    local task
    task = client:spawn(function()
      get(client, "quick")
      return pcall(task.await, task)
    end)
    local raised, message = task:await()
    assert.is_false(raised)
    assert.truthy(message:find("a task cannot await itself", 1, true), message)
    local one, two
    one = client:spawn(function()
      get(client, "quick")
      return two:await()
    end)
    two = client:spawn(function()
      get(client, "quick")
      return one:await()
    end)
    raised, message = pcall(one.await, one)
    assert.is_false(raised)
    assert.truthy(message:find("that nobody here resumes", 1, true), message)
    raised, message = pcall(client.run, client)
    assert.is_false(raised)
    assert.truthy(message:find("2 tasks have yielded to something that nobody here resumes", 1, true), message)
    one:cancel()
    two:cancel()
    client:run()
  end)
end)

describe("client:run", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  it("returns when all is done, and may be called again", function()
    client:run()
    local task = client:spawn(get, client, "quick")
    client:run()
    assert.is_true(task.done)
    client:run()
  end)

  it("waits for tasks that tasks spawn", function()
    local count = 0
    local function deeper(left)
      assert(get(client, "quick"))
      count = count + 1
      if left > 1 then
        client:spawn(deeper, left - 1)
      end
    end
    client:spawn(deeper, 5)
    client:run()
    assert.equal(5, count)
  end)

  it("raises the first error that nobody took, when all is done", function()
    local slow = client:spawn(get, client, "slower")
    client:spawn(function()
      get(client, "slow")
      error({ code = 2 })
    end)
    local first = { code = 1 }
    client:spawn(function()
      get(client, "quick")
      error(first)
    end)
    local list = complaints(blocking, function()
      local raised, err = pcall(client.run, client)
      assert.is_false(raised)
      assert.equal(first, err)
    end)
    assert.is_true(slow.done)
    assert.equal(1, #list) -- the other
    client:run()
  end)

  it("raises no error that was awaited, given to on_done or of a cancelled task", function()
    local awaited = client:spawn(error, "awaited")
    awaited:await()
    client:spawn(function()
      client:spawn(function()
        get(client, "quick")
        error("awaited in a task")
      end):await()
    end)
    local given
    get(client, "missing", { on_done = function(_, err)
      given = err.kind
    end })
    client:spawn(function()
      assert(get(client, "stall"))
    end):cancel()
    assert.same({}, complaints(blocking, function()
      client:run()
    end))
    assert.equal("not_found", given)
  end)

  it("raises an error that came long before the end as well", function()
    client:spawn(error, "early", 0)
    client:spawn(function()
      get(client, "stall", { timeout = 1.1 })
    end)
    local list = complaints(blocking, function()
      local raised, err = pcall(client.run, client)
      assert.is_false(raised)
      assert.equal("early", err)
    end)
    assert.equal(1, #list)
    assert.truthy(list[1]:find("early", 1, true))
  end)

  it("cannot be called within a task", function()
    local task = client:spawn(function()
      return pcall(client.run, client)
    end)
    local raised, message = task:await()
    assert.is_false(raised)
    assert.truthy(message:find("client:run: not within a task", 1, true), message)
  end)

  it("cannot be called where the host runs the loop", function()
    local other = addresses.client(scene, { loop = "frame" })
    local raised, message = pcall(other.run, other)
    assert.is_false(raised)
    assert.truthy(message:find("client:run: the loop 'frame' is run by its host", 1, true), message)
    other:close()
  end)

  it("says when tasks can never end", function()
    client:spawn(function()
      coroutine.yield("to nobody")
    end)
    client:spawn(get, client, "quick")
    local raised, message = pcall(client.run, client)
    assert.is_false(raised)
    assert.truthy(message:find("init_spec.lua:%d+: oai: client:run: 1 tasks have yielded"), message)
  end)
end)

describe("an error in a task", function()
  local client

  addresses.each(server, function(...)
    client = ...
  end)

  --- Calls until so many seconds are over.
  local function go_on(seconds)
    local limit = core.clock() + seconds
    while core.clock() < limit do
      client:spawn(get, client, "slow"):await()
    end
  end

  it("is reported after a second, once, with its place, unless it is awaited in time", function()
    local list = complaints(blocking, function()
      client:spawn(function()
        get(client, "quick")
        error("broken")
      end)
      local task = client:spawn(error, "awaited")
      go_on(0.3)
      task:await()
    end)
    assert.same({}, list)
    list = complaints(blocking, function()
      go_on(0.9)
      client:close()
    end)
    assert.equal(1, #list)
    assert.truthy(list[1]:find("oai: a task failed, and nobody awaits it: .*init_spec.lua:%d+: broken"), list[1])
    assert.truthy(list[1]:find("stack traceback:", 1, true), list[1])
  end)

  it("is reported when the client is closed", function()
    local list = complaints(blocking, function()
      client:spawn(error, "one")
      client:spawn(error, "two")
      client:close()
      client:close()
    end)
    assert.equal(2, #list)
    assert.truthy(list[1]:find("one", 1, true))
    assert.truthy(list[2]:find("two", 1, true))
  end)

  it("is reported when who awaited it gave up before", function()
    local list = complaints(blocking, function()
      local task = client:spawn(function()
        get(client, "slow")
        error("broken")
      end)
      local _, err = task:await(0.01)
      assert.equal("timeout", err.kind)
      go_on(0.2)
      client:close()
    end)
    assert.equal(1, #list)
  end)

  it("is reported when who awaited it was cancelled", function()
    local list = complaints(blocking, function()
      local task = client:spawn(function()
        get(client, "slow")
        error("broken")
      end)
      local awaiting = client:spawn(task.await, task)
      awaiting:cancel()
      go_on(0.2)
      client:close()
    end)
    assert.equal(1, #list)
  end)

  it("in on_done is reported, and keeps nothing from its end", function()
    local ended
    local list = complaints(blocking, function()
      get(client, "quick", { on_done = function()
        error("in the callback")
      end })
      local task = client:spawn(get, client, "slow")
      ended = task:await().ok
      client:close()
    end)
    assert.is_true(ended)
    assert.equal(1, #list)
    assert.truthy(list[1]:find("oai: on_done: .*init_spec.lua:%d+: in the callback"), list[1])
  end)

  it("in on_done of a task that was cancelled goes to nobody else", function()
    local task = get(client, "stall", { on_done = function()
      error("in the callback")
    end })
    local list = complaints(blocking, function()
      task:cancel()
      client:close()
    end)
    assert.equal(1, #list)
  end)

  it("is written to stderr where the loop does not say otherwise", function()
    local output, status = child.run([[
      local client = require("oai").client { api_key = "sk-spec", base_url = "http://127.0.0.1:1/v1" }
      client:spawn(error, "broken", 0)
      client:close()
    ]])
    assert.equal("oai: a task failed, and nobody awaits it: broken\n", output:match("^[^\n]*\n"))
    assert.equal(0, status)
  end)

  for _, case in ipairs {
    { name = "the program ends", code = "" },
    { name = "the program exits", code = "os.exit(0, true)", exits = true },
    { name = "nothing refers to its client", code = "client = nil collectgarbage() collectgarbage() print 'after'" },
  } do
    it("is written too when " .. case.name, function()
      if case.exits and (_VERSION == "Lua 5.1") and not rawget(_G, "jit") then
        return -- it closes no state
      end
      local output = child.run([[
        local client = require("oai").client { api_key = "sk-spec", base_url = "http://127.0.0.1:1/v1" }
        client:spawn(error, "broken", 0)
      ]] .. case.code)
      local _, count = output:gsub("oai: a task failed, and nobody awaits it: broken\n", "")
      assert.equal(1, count, output)
    end)
  end
end)

describe("closing a client", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  it("ends every task as cancelled, and calls on_done once", function()
    local kinds, ends = {}, 0
    local function wait_for(name)
      return function()
        local _, err = get(client, name)
        kinds[#kinds + 1] = err.kind
      end
    end
    local first = client:spawn(wait_for "stall")
    client:spawn(wait_for "half")
    client:spawn(function()
      local _, err = first:await()
      kinds[#kinds + 1] = err.kind
    end)
    client:spawn(function()
      local _, err = ask(client, nil, true):final()
      kinds[#kinds + 1] = err.kind
    end)
    for _ = 1, 5 do
      get(client, "stall", { on_done = function(value, err)
        assert(value == nil and err.kind == "cancelled")
        ends = ends + 1
      end })
    end
    client:spawn(get, client, "slow"):await()
    client:close()
    assert.same({ "cancelled", "cancelled", "cancelled", "cancelled" }, kinds)
    assert.equal(5, ends)
    assert.is_true(first.done)
    scene:wait_idle()
    assert.equal(9, scene:journal().requests_total)
  end)

  it("ends tasks that sleep before another attempt, and those that wait elsewhere", function()
    client = addresses.client(scene, { max_retries = 2 })
    local sleeping = client:spawn(get, client, "later")
    local elsewhere = client:spawn(coroutine.yield)
    scene:wait(addresses.arrived(0))
    client:spawn(get, client, "slow"):await()
    client:close()
    assert.equal("cancelled", sleeping.err.kind)
    assert.equal("cancelled", elsewhere.err.kind)
    assert.equal(2, scene:journal().requests_total)
  end)

  it("lets no task begin meanwhile or afterwards", function()
    local tried, reported = {}, nil
    get(client, "stall", { on_done = function()
      tried[1], tried[2] = pcall(client.spawn, client, get, client, "quick")
      tried[3], tried[4] = pcall(get, client, "quick")
    end })
    client:close()
    assert.is_false(tried[1])
    assert.truthy(tried[2]:find("the client is closed", 1, true), tried[2])
    assert.is_false(tried[3])
    assert.truthy(tried[4]:find("the client is closed", 1, true), tried[4])
    tried = pack(pcall(client.spawn, client, get, client, "quick"))
    assert.is_false(tried[1])
    assert.truthy(tried[2]:find("the client is closed", 1, true), tried[2])
    assert.is_nil(reported)
    assert.equal(0, #scene:requests())
  end)

  it("lets no other client's task begin to wait for it meanwhile", function()
    local other = addresses.client(scene)
    local task
    get(client, "stall", { on_done = function()
      task = other:spawn(get, client, "quick")
    end })
    client:close()
    local value, err = task:await()
    assert.is_nil(value)
    assert.truthy(err:find("the client is closed", 1, true), err)
    other:run()
    other:close()
  end)

  it("by one of its tasks ends the others, and then that one", function()
    local other = client:spawn(get, client, "stall")
    local log = {}
    local closer = client:spawn(function()
      get(client, "quick")
      client:close()
      log[1] = other.err.kind
      log[2] = pcall(get, client, "quick")
      return "end"
    end)
    assert.equal("end", closer:await())
    assert.same({ "cancelled", false }, log)
  end)

  it("while the program waits for a task of it returns the error", function()
    local target = client:spawn(get, client, "stall")
    local other = addresses.client(scene)
    other:spawn(function()
      get(other, "slow")
      client:close()
    end)
    local value, err = target:await()
    assert.is_nil(value)
    assert.equal("cancelled", err.kind)
    other:run()
    other:close()
  end)

  it("leaves what is left of its tasks awaitable", function()
    local task = client:spawn(function()
      return assert(get(client, "quick")).ok
    end)
    client:run()
    client:close()
    assert.is_true(task:await())
    assert.is_true(task:await(1))
    task:cancel()
  end)

  it("ends a task of its own that calls another client", function()
    local other = addresses.client(scene)
    local task = client:spawn(get, other, "stall")
    scene:wait(function(journal)
      other:spawn(get, other, "quick"):await()
      return journal.requests_total >= 2
    end)
    client:close()
    assert.equal("cancelled", task.err.kind)
    other:close()
    scene:wait_idle()
  end)

  it("ends another client's task that calls it", function()
    local other = addresses.client(scene)
    local task = other:spawn(get, client, "stall")
    client:close()
    assert.equal("cancelled", task.err.kind)
    other:close()
  end)

  it("leaves another client's tasks alone", function()
    local other = addresses.client(scene)
    local task = other:spawn(get, other, "slow")
    client:spawn(get, client, "stall")
    client:close()
    assert.is_true(task:await().ok)
    other:close()
  end)

  it("leaves no descriptor behind", function()
    local process = require "spec.support.process"
    client:spawn(get, client, "quick"):await()
    client:close()
    socket.sleep(0)
    local before = process.descriptors()
    for _ = 1, 5 do
      local other = addresses.client(scene)
      for _ = 1, 5 do
        other:spawn(get, other, "stall")
      end
      other:spawn(get, other, "quick"):await()
      other:close()
    end
    assert.equal(before, process.descriptors())
    scene:wait_idle()
  end)
end)

describe("a client of one's own loop", function()
  it("is nobody's to run", function()
    local client = oai.client { api_key = "sk-spec", loop = { wait = function() end, sleep = function() end } }
    assert.has_error(function()
      client:run()
    end)
    client:close()
  end)
end)
