-- Many calls at once: client:gather over tasks, client:map over items.

local addresses = require "spec.support.addresses"
local core = require "oai.core"
local error_value = require "oai.error"
local oai = require "oai"
local server = require("spec.support.server").start()
local socket = require "socket"

local get, arrived = addresses.get, addresses.arrived
local numbers = require("spec.support.tasks").numbers

local function pack(...)
  return { n = select("#", ...), ... }
end

local function refusal(fn, ...)
  local raised, message = pcall(fn, ...)
  assert.is_false(raised)
  assert.truthy(message:find("bulk_spec.lua:%d+: oai: ") or message:find("^oai: "), message)
  return message
end

describe("client:gather", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  local function spawn(name, result)
    return client:spawn(function()
      assert(get(client, name))
      return result
    end)
  end

  it("returns the first results in the order of the tasks", function()
    local started = core.clock()
    local results, err, index = client:gather { spawn("slower", "a"), spawn("quick", "b"), spawn("slow", "c") }
    assert.same({ "a", "b", "c" }, results)
    assert.is_nil(err)
    assert.is_nil(index)
    assert.is_true(core.clock() - started < 2)
  end)

  it("takes tasks that are done, one twice, and none at all", function()
    local done = spawn("quick", "done")
    done:await()
    assert.same({ "done", "done", "new" }, (client:gather { done, done, spawn("quick", "new") }))
    local twice = spawn("quick", "twice")
    assert.same({ "twice", "twice" }, (client:gather { twice, twice }))
    assert.same({}, (client:gather {}))
    local results, errors = client:gather({}, { errors = "collect" })
    assert.same({}, results)
    assert.same({}, errors)
  end)

  it("keeps the place of a task that returns nothing", function()
    local results = client:gather { spawn("quick", 1), spawn "quick", spawn("quick", 3) }
    assert.equal(1, results[1])
    assert.is_nil(results[2])
    assert.equal(3, results[3])
  end)

  it("cancels the rest as soon as one fails, wherever it stands", function()
    local stalled = { client:spawn(get, client, "stall"), client:spawn(get, client, "half") }
    local started = core.clock()
    local results, err, index = client:gather { stalled[1], client:spawn(get, client, "missing"), stalled[2] }
    assert.is_nil(results)
    assert.equal("not_found", err.kind)
    assert.equal(2, index)
    assert.is_true(core.clock() - started < 2)
    assert.equal("cancelled", stalled[1].err.kind)
    assert.equal("cancelled", stalled[2].err.kind)
    client:run()
    scene:wait_over()
  end)

  it("takes what was raised for a failure", function()
    local task = client:spawn(function()
      get(client, "quick")
      error("broken", 0)
    end)
    local results, err, index = client:gather { spawn("quick", 1), task, client:spawn(get, client, "stall") }
    assert.same({ n = 3, nil, "broken", 2 }, pack(results, err, index))
    client:run()
  end)

  it("that has failed before begins no wait", function()
    local failed = client:spawn(error, "broken", 0)
    local _, err, index = client:gather { client:spawn(get, client, "stall"), failed }
    assert.same({ "broken", 2 }, { err, index })
    client:run()
  end)

  it("collects errors and cancels none, if told", function()
    local results, errors = client:gather({
      spawn("slow", "a"), client:spawn(get, client, "missing"), client:spawn(error, "broken", 0), spawn("quick", "d"),
    }, { errors = "collect" })
    assert.equal("a", results[1])
    assert.is_nil(results[2])
    assert.equal("d", results[4])
    assert.equal("not_found", errors[2].kind)
    assert.equal("broken", errors[3])
    assert.is_nil(errors[1])
    client:run()
  end)

  it("gets tasks of several clients", function()
    local other = addresses.client(scene)
    local results = assert(client:gather { spawn("slow", 1), other:spawn(function()
      return get(other, "slower") and 2
    end) })
    assert.same({ 1, 2 }, results)
    other:close()
  end)

  it("waits in a task; cancelling that cancels them all", function()
    local inner, kind = { client:spawn(get, client, "stall"), client:spawn(get, client, "half") }, nil
    local task = client:spawn(function()
      local _, err = client:gather(inner, { errors = "collect" })
      kind = err.kind
    end)
    scene:wait(function(journal)
      spawn("quick"):await()
      return arrived(3)(journal)
    end)
    task:cancel()
    assert.equal("cancelled", kind)
    assert.equal("cancelled", inner[1].err.kind)
    assert.equal("cancelled", inner[2].err.kind)
    client:run()
  end)

  it("takes no task's error for unseen, however long it waits", function()
    local blocking = require "oai.loop.blocking"
    local seen = {}
    blocking.report = function(message)
      seen[#seen + 1] = message
    end
    local _, errors = client:gather({ client:spawn(error, "early", 0), client:spawn(get, client, "stall",
      { timeout = 1.1 }) }, { errors = "collect" })
    client:close()
    blocking.report = nil
    assert.equal("early", errors[1])
    assert.same({}, seen)
  end)

  it("refuses what it cannot take", function()
    for _, case in ipairs {
      { nil, nil, "expected a list of tasks, got nil" },
      { { spawn "quick", {} }, nil, "item 2 is no task but a table" },
      { { print }, nil, "item 1 is no task but a function; client:spawn(fn, ...) begins one" },
      { spawn "quick", nil, "expected a list of tasks, got one by itself" },
      { spawn "quick", spawn "quick", "the tasks go into one list, as in client:gather { task, ... }" },
      { {}, { concurrency = 2 }, "unknown option 'concurrency'" },
      { {}, { errors = "ignore" }, "option 'errors' must be \"cancel\" or \"collect\", got \"ignore\"" },
      { {}, { errors = 1 }, "option 'errors' must be \"cancel\" or \"collect\", got 1" },
    } do
      local message = refusal(client.gather, client, case[1], case[2])
      assert.truthy(message:find("client:gather: " .. case[3], 1, true), message)
    end
  end)

  it("must not keep a host waiting", function()
    local other = addresses.client(scene, { loop = "frame" })
    local message = refusal(other.gather, other, { other:spawn(get, other, "quick") })
    assert.truthy(message:find("the loop 'frame' must not be kept waiting", 1, true), message)
    other:close()
  end)
end)

describe("client:first", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  local function spawn(name)
    return client:spawn(function()
      return assert(get(client, name)) and name
    end)
  end

  it("returns what the first to succeed does, and cancels the others", function()
    local tasks = { client:spawn(get, client, "stall"), spawn "quick", client:spawn(get, client, "half") }
    assert.same({ n = 3, "quick", nil, 2 }, pack(client:first(tasks)))
    assert.equal("cancelled", tasks[1].err.kind)
    assert.equal("cancelled", tasks[3].err.kind)
    client:run()
  end)

  it("passes over what fails, raised or returned, while another may succeed", function()
    local tasks = { client:spawn(error, "broken", 0), client:spawn(get, client, "missing"), spawn "slow" }
    assert.same({ n = 3, "slow", nil, 3 }, pack(client:first(tasks)))
    client:run()
  end)

  it("begins no wait where one has succeeded before", function()
    local done = spawn "quick"
    done:await()
    assert.same({ n = 3, "quick", nil, 2 }, pack(client:first { client:spawn(get, client, "stall"), done }))
  end)

  it("takes nothing for a success", function()
    assert.same({ n = 3, nil, nil, 1 }, pack(client:first { client:spawn(function() end) }))
  end)

  it("returns the error of the last when all have failed", function()
    local result, err, index = client:first { client:spawn(get, client, "missing"), client:spawn(error, "broken", 0) }
    assert.is_nil(result)
    assert.equal("not_found", err.kind)
    assert.equal(1, index)
    client:run()
  end)

  it("waits in a task; cancelling that cancels them all", function()
    local inner, kind = { client:spawn(get, client, "stall"), client:spawn(get, client, "half") }, nil
    local task = client:spawn(function()
      local _, err = client:first(inner)
      kind = err.kind
    end)
    scene:wait(function(journal)
      spawn("quick"):await()
      return arrived(3)(journal)
    end)
    task:cancel()
    assert.equal("cancelled", kind)
    assert.equal("cancelled", inner[1].err.kind)
    assert.equal("cancelled", inner[2].err.kind)
  end)

  it("refuses what it cannot take", function()
    for _, case in ipairs {
      { nil, nil, "expected a list of tasks, got nil" },
      { {}, nil, "expected a list of tasks, got an empty one" },
      { spawn "quick", nil, "expected a list of tasks, got one by itself" },
      { spawn "quick", spawn "quick", "the tasks go into one list, as in client:first { task, ... }" },
      { { print }, nil, "item 1 is no task but a function; client:spawn(fn, ...) begins one" },
      { { spawn "quick" }, { errors = "collect" }, "unknown option 'errors'" },
    } do
      local message = refusal(client.first, client, case[1], case[2])
      assert.truthy(message:find("client:first: " .. case[3], 1, true), message)
    end
  end)
end)

describe("client:map", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  --- Counts how many calls of it are under way at once.
  local function counted(fn)
    local count = { now = 0, most = 0, total = 0 }
    return function(...)
      count.now, count.total = count.now + 1, count.total + 1
      count.most = math.max(count.most, count.now)
      local value, err = fn(...)
      count.now = count.now - 1
      return value, err
    end, count
  end

  it("returns the results in the order of the items", function()
    local names = { "slower", "quick", "slow", "quick" }
    local results, err, index = client:map(names, function(name, i)
      return assert(get(client, name)).ok and name .. i
    end)
    assert.same({ "slower1", "quick2", "slow3", "quick4" }, results)
    assert.is_nil(err)
    assert.is_nil(index)
  end)

  it("has as many under way as it may, and never more", function()
    for _, concurrency in ipairs { 1, 3, 7 } do
      local fn, count = counted(function()
        return get(client, "quick")
      end)
      local results = assert(client:map(numbers(20), fn, { concurrency = concurrency }))
      assert.equal(20, #results)
      assert.equal(concurrency, count.most)
    end
    local fn, count = counted(function()
      return get(client, "slow")
    end)
    assert(client:map(numbers(40), fn))
    assert.equal(16, count.most)
  end)

  it("takes more concurrency than items, and no items", function()
    assert.same({ 1, 2 }, (client:map({ 1, 2 }, function(i)
      return get(client, "quick") and i
    end, { concurrency = 1000 })))
    assert.same({}, (client:map({}, error)))
    local results, errors = client:map({}, error, { errors = "collect" })
    assert.same({}, results)
    assert.same({}, errors)
  end)

  for _, concurrency in ipairs { 1, 16, 20000 } do
    it("takes 10,000 items that do not wait, concurrency " .. concurrency, function()
      local results = client:map(numbers(10000), function(i)
        return i * 2
      end, { concurrency = concurrency })
      assert.equal(10000, #results)
      for i = 1, 10000 do
        assert(results[i] == 2 * i)
      end
    end)
  end

  it("takes items of which some wait", function()
    local results = client:map(numbers(2000), function(i)
      if i % 40 == 0 then
        assert(get(client, "quick"))
      end
      return i
    end)
    assert.same(numbers(2000), results)
  end)

  for _, case in ipairs {
    { name = "returned", fail = function(...)
      return get(..., "missing")
    end, kind = "not_found" },
    { name = "raised", fail = function()
      error({ kind = "own" })
    end, kind = "own" },
  } do
    it("cancels the rest at the first error that is " .. case.name, function()
      local started = core.clock()
      local count = 0
      local results, err, index = client:map(numbers(100), function(i)
        count = count + 1
        if i == 3 then
          get(client, "slow")
          return case.fail(client)
        end
        return get(client, "stall")
      end, { concurrency = 8 })
      assert.is_nil(results)
      assert.equal(case.kind, err.kind)
      assert.equal(3, index)
      assert.equal(8, count)
      assert.is_true(core.clock() - started < 2)
      client:run()
      scene:wait(function(journal)
        return journal.connections_open <= 1
      end)
    end)
  end

  it("is not stopped by false, nor by nil without an error", function()
    local results, err = client:map({ 1, 2, 3 }, function(i)
      if i == 1 then
        return false
      elseif i == 2 then
        return nil
      end
      return i
    end)
    assert.is_nil(err)
    assert.is_false(results[1])
    assert.is_nil(results[2])
    assert.equal(3, results[3])
  end)

  it("takes an error beside a part of an answer for a failure", function()
    local broken = error_value.new { kind = "connection", message = "cut", partial = { "half" } }
    local results, err, index = client:map({ 1 }, function()
      return broken.partial, broken
    end)
    assert.same({ n = 3, nil, broken, 1 }, pack(results, err, index))
  end)

  it("sees what is raised, whatever it is", function()
    for _, raised in ipairs { "text", false, 7 } do
      local results, err, index = client:map({ 1, 2 }, function()
        error(raised, 0)
      end)
      assert.same({ n = 3, nil, raised, 1 }, pack(results, err, index))
    end
    local results, err = client:map({ 1 }, function()
      error()
    end)
    assert.is_nil(results)
    assert.is_string(err)
  end)

  it("collects errors and goes on, if told", function()
    local results, errors = client:map(numbers(30), function(i)
      if i % 10 == 0 then
        return get(client, "missing")
      elseif i % 10 == 5 then
        error("five", 0)
      end
      return assert(get(client, "quick")).ok and i
    end, { errors = "collect", concurrency = 5 })
    for i = 1, 30 do
      if i % 10 == 0 then
        assert.equal("not_found", errors[i].kind)
        assert.is_nil(results[i])
      elseif i % 10 == 5 then
        assert.equal("five", errors[i])
      else
        assert.equal(i, results[i])
        assert.is_nil(errors[i])
      end
    end
    client:run()
  end)

  for _, errors in ipairs { "cancel", "collect" } do
    it("is cancelled with the task that waits, errors = " .. errors, function()
      local count, result = 0, nil
      local task = client:spawn(function()
        result = pack(client:map(numbers(50), function()
          count = count + 1
          return get(client, "stall")
        end, { concurrency = 5, errors = errors }))
        client:map({ 1 }, function()
          count = count + 1
        end)
      end)
      scene:wait(function(journal)
        client:spawn(get, client, "quick"):await()
        local stalled = 0
        for _, request in ipairs(journal.requests) do
          stalled = stalled + (request.path == "/v1/stall" and 1 or 0)
        end
        return stalled == 5
      end)
      task:cancel()
      assert.is_nil(result[1])
      assert.equal("cancelled", result[2].kind)
      assert.is_nil(result[3])
      assert.equal(5, count)
      assert.equal("cancelled", task.err.kind)
      client:run()
      assert.equal(5, count)
    end)

    it("ends with the client, errors = " .. errors, function()
      local count = 0
      local other = addresses.client(scene)
      other:spawn(function()
        get(other, "slow")
        client:close()
      end)
      local results, err = client:map(numbers(50), function()
        count = count + 1
        return get(client, "stall")
      end, { concurrency = 5, errors = errors })
      assert.is_nil(results)
      assert.equal("cancelled", err.kind)
      assert.equal(5, count)
      other:close()
      scene:wait_idle()
    end)
  end

  it("within map shares the calls out", function()
    local results = client:map({ 1, 2, 3 }, function(i)
      local inner = assert(client:map({ 10, 20 }, function(j)
        return get(client, "quick") and i + j
      end))
      return inner[1] + inner[2]
    end)
    assert.same({ 32, 34, 36 }, results)
  end)

  it("works on its client, wherever it is called", function()
    local other = addresses.client(scene)
    local function used()
      local seen
      client:map({ 1 }, function()
        seen = require("oai.task.running").task().client
      end)
      return seen
    end
    assert.equal(client, used())
    local seen
    other:spawn(function()
      seen = used()
    end)
    assert.equal(client, seen)
    other:close()
  end)

  it("survives the end of another client, whose calls it makes", function()
    local other = addresses.client(scene)
    local results, errors = client:map(numbers(20), function(i)
      if i == 5 then
        other:close()
      end
      local value, err = get(i < 5 and other or client, "quick")
      return value and i, err
    end, { concurrency = 1, errors = "collect" })
    assert.same(numbers(20), results)
    assert.same({}, errors)
  end)

  it("is told to who looks for it elsewhere", function()
    assert.truthy(refusal(function()
      return oai.map({ 1 }, print)
    end):find("oai.map is a method of clients: client:map(...)", 1, true))
    assert.truthy(refusal(function()
      return oai.gather {}
    end):find("oai.gather is a method of clients: client:gather(...)", 1, true))
  end)

  it("goes on beside other tasks", function()
    local other = client:spawn(get, client, "slow")
    client:map(numbers(30), function()
      return get(client, "quick")
    end)
    assert.is_true(other:await().ok)
  end)

  it("keeps no thread and no memory of what is done", function()
    local function run(count)
      assert(client:map(numbers(count), function(i)
        return i % 100 == 0 and get(client, "quick") and i or i
      end))
      collectgarbage()
      collectgarbage()
      return collectgarbage("count")
    end
    run(2000)
    local before, least = run(2000), math.huge
    for _ = 1, 2 do -- Lua's own table of strings grows now and then
      local size = run(20000)
      before, least = size, math.min(least, size - before)
    end
    assert.is_true(least < 50, ("%.0f KiB more"):format(least))
  end)

  it("refuses what it cannot take", function()
    for _, case in ipairs {
      { nil, print, nil, "expected a list of items, got nil" }, { {}, nil, nil, "expected a function, got nil" },
      { {}, print, { threads = 2 }, "unknown option 'threads'" },
      { {}, print, { concurency = 2 }, "unknown option 'concurency'; did you mean 'concurrency'?" },
      { {}, print, 5, "the options must be a table, got number" },
      { { 1 }, print, { concurrency = 0 }, "option 'concurrency' must be 1 or more, got 0" },
      { { 1 }, print, { concurrency = -1 }, "option 'concurrency' must be 1 or more, got -1" },
      { { 1 }, print, { concurrency = 0.5 }, "option 'concurrency' must be 1 or more, got 0.5" },
      { {}, print, { concurrency = "2" }, "option 'concurrency' must be a number, got string" },
      { {}, print, { errors = "no" }, "option 'errors' must be \"cancel\" or \"collect\", got \"no\"" },
    } do
      local message = refusal(client.map, client, case[1], case[2], case[3])
      assert.truthy(message:find("client:map: " .. case[4], 1, true), message)
    end
  end)

  it("must not keep a host waiting, and starts nothing there", function()
    local other = addresses.client(scene, { loop = "frame" })
    local called = 0
    local message = refusal(other.map, other, { 1, 2 }, function()
      called = called + 1
    end)
    assert.truthy(message:find("the loop 'frame' must not be kept waiting", 1, true), message)
    assert.equal(0, called)
    local task = other:spawn(function()
      return assert(other:map({ 1, 2, 3 }, function(i)
        return get(other, "quick") and i
      end))
    end)
    local limit = core.clock() + 20
    while not task.done and core.clock() < limit do
      other:update()
      socket.sleep(0.002)
    end
    assert.same({ 1, 2, 3 }, task.value)
    other:close()
  end)
end)
