-- Tasks: what runs beside what, and who gets which result.

local addresses = require "spec.support.addresses"
local answer = require "spec.support.answer"
local core = require "oai.core"
local server = require("spec.support.server").start()

local get, ask = addresses.get, addresses.ask

local SOON = { ["retry-after-ms"] = "20" }

local function pack(...)
  return { n = select("#", ...), ... }
end

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
      { "later", { max_retries = 2, total_timeout = 1 } },
    } do
      client:spawn(function()
        local _, err = get(client, case[1], case[2])
        kinds[i] = err.kind
      end)
    end
    client:spawn(function()
      local stream = assert(ask(client, { total_timeout = 0.6 }, true))
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
