-- Many calls at once: oai.gather over tasks, oai.map over items.

local addresses = require "spec.support.addresses"
local child = require "spec.support.child"
local core = require "oai.core"
local host = require "spec.support.host"
local oai = require "oai"
local server = require("spec.support.server").start()
local socket = require "socket"

local get, is_idle, arrived = addresses.get, addresses.is_idle, addresses.arrived

local function pack(...)
  return { n = select("#", ...), ... }
end

local function numbers(count)
  local list = {}
  for i = 1, count do
    list[i] = i
  end
  return list
end

local function refusal(fn, ...)
  local raised, message = pcall(fn, ...)
  assert.is_false(raised)
  assert.truthy(message:find("bulk_spec.lua:%d+: oai: ") or message:find("^oai: "), message)
  return message
end

describe("oai.gather", function()
  local client, scene

  before_each(function()
    scene = addresses.scene(server)
    client = addresses.client(scene)
  end)

  after_each(function()
    client:close()
  end)

  local function spawn(name, result)
    return client:spawn(function()
      assert(get(client, name))
      return result
    end)
  end

  it("returns the first results in the order of the tasks", function()
    local started = core.clock()
    local results, err, index = oai.gather { spawn("slower", "a"), spawn("quick", "b"), spawn("slow", "c") }
    assert.same({ "a", "b", "c" }, results)
    assert.is_nil(err)
    assert.is_nil(index)
    assert.is_true(core.clock() - started < 2)
  end)

  it("takes tasks that are done, one twice, and none at all", function()
    local done = spawn("quick", "done")
    done:await()
    assert.same({ "done", "done", "new" }, (oai.gather { done, done, spawn("quick", "new") }))
    local twice = spawn("quick", "twice")
    assert.same({ "twice", "twice" }, (oai.gather { twice, twice }))
    assert.same({}, (oai.gather {}))
    local results, errors = oai.gather({}, { errors = "collect" })
    assert.same({}, results)
    assert.same({}, errors)
  end)

  it("keeps the place of a task that returns nothing", function()
    local results = oai.gather { spawn("quick", 1), spawn "quick", spawn("quick", 3) }
    assert.equal(1, results[1])
    assert.is_nil(results[2])
    assert.equal(3, results[3])
  end)

  it("cancels the rest as soon as one fails, wherever it stands", function()
    local stalled = { client:spawn(get, client, "stall"), client:spawn(get, client, "half") }
    local started = core.clock()
    local results, err, index = oai.gather { stalled[1], client:spawn(get, client, "missing"), stalled[2] }
    assert.is_nil(results)
    assert.equal("not_found", err.kind)
    assert.equal(2, index)
    assert.is_true(core.clock() - started < 2)
    assert.equal("cancelled", stalled[1].err.kind)
    assert.equal("cancelled", stalled[2].err.kind)
    client:run()
    scene:wait(function(journal)
      for _, request in ipairs(journal.requests) do
        if request.outcome == "open" then
          return false
        end
      end
      return true
    end)
  end)

  it("takes what was raised for a failure", function()
    local task = client:spawn(function()
      get(client, "quick")
      error("broken", 0)
    end)
    local results, err, index = oai.gather { spawn("quick", 1), task, client:spawn(get, client, "stall") }
    assert.same({ n = 3, nil, "broken", 2 }, pack(results, err, index))
    client:run()
  end)

  it("that has failed before begins no wait", function()
    local failed = client:spawn(error, "broken", 0)
    local _, err, index = oai.gather { client:spawn(get, client, "stall"), failed }
    assert.same({ "broken", 2 }, { err, index })
    client:run()
  end)

  it("collects errors and cancels none, if told", function()
    local results, errors = oai.gather({
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
    local results = assert(oai.gather { spawn("slow", 1), other:spawn(function()
      return get(other, "slower") and 2
    end) })
    assert.same({ 1, 2 }, results)
    other:close()
  end)

  it("waits in a task; cancelling that cancels them all", function()
    local inner, kind = { client:spawn(get, client, "stall"), client:spawn(get, client, "half") }, nil
    local task = client:spawn(function()
      local _, err = oai.gather(inner, { errors = "collect" })
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
    local _, errors = oai.gather({ client:spawn(error, "early", 0), client:spawn(get, client, "stall",
      { timeout = 1.1 }) }, { errors = "collect" })
    client:close()
    blocking.report = nil
    assert.equal("early", errors[1])
    assert.same({}, seen)
  end)

  it("refuses what it cannot take", function()
    assert.truthy(refusal(oai.gather, nil):find("gather: expected a list of tasks, got nil", 1, true))
    assert.truthy(refusal(oai.gather, { spawn "quick", {} }):find("gather: item 2 is no task but a table", 1, true))
    assert.truthy(refusal(oai.gather, { print }):find("gather: item 1 is no task but a function", 1, true))
    assert.truthy(refusal(oai.gather, {}, { concurrency = 2 }):find("gather: unknown option 'concurrency'", 1, true))
    assert.truthy(refusal(oai.gather, {}, { errors = "ignore" }):find(
      "gather: option 'errors' must be \"cancel\" or \"collect\", got 'ignore'", 1, true))
    assert.truthy(refusal(oai.gather, {}, { errors = 1 }):find("gather: option 'errors' must be a string", 1, true))
  end)

  it("must not keep a host waiting", function()
    local other = addresses.client(scene, { loop = "frame" })
    local message = refusal(oai.gather, { other:spawn(get, other, "quick") })
    assert.truthy(message:find("the loop 'frame' must not be kept waiting", 1, true), message)
    other:close()
  end)
end)

describe("oai.map", function()
  local client, scene

  before_each(function()
    scene = addresses.scene(server)
    client = addresses.client(scene)
  end)

  after_each(function()
    client:close()
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
    local results, err, index = oai.map(names, function(name, i)
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
      local results = assert(oai.map(numbers(20), fn, { concurrency = concurrency }))
      assert.equal(20, #results)
      assert.equal(concurrency, count.most)
    end
    local fn, count = counted(function()
      return get(client, "slow")
    end)
    assert(oai.map(numbers(40), fn))
    assert.equal(16, count.most)
  end)

  it("takes more concurrency than items, and no items", function()
    assert.same({ 1, 2 }, (oai.map({ 1, 2 }, function(i)
      return get(client, "quick") and i
    end, { concurrency = 1000 })))
    assert.same({}, (oai.map({}, error)))
    local results, errors = oai.map({}, error, { errors = "collect" })
    assert.same({}, results)
    assert.same({}, errors)
  end)

  for _, concurrency in ipairs { 1, 16, 20000 } do
    it("takes 10,000 items that do not wait, concurrency " .. concurrency, function()
      local results = oai.map(numbers(10000), function(i)
        return i * 2
      end, { concurrency = concurrency })
      assert.equal(10000, #results)
      for i = 1, 10000 do
        assert(results[i] == 2 * i)
      end
    end)
  end

  it("takes items of which some wait", function()
    local results = oai.map(numbers(2000), function(i)
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
      local results, err, index = oai.map(numbers(100), function(i)
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
    local results, err = oai.map({ 1, 2, 3 }, function(i)
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

  it("sees what is raised, whatever it is", function()
    for _, raised in ipairs { "text", false, 7 } do
      local results, err, index = oai.map({ 1, 2 }, function()
        error(raised, 0)
      end)
      assert.same({ n = 3, nil, raised, 1 }, pack(results, err, index))
    end
    local results, err = oai.map({ 1 }, function()
      error()
    end)
    assert.is_nil(results)
    assert.is_string(err)
  end)

  it("collects errors and goes on, if told", function()
    local results, errors = oai.map(numbers(30), function(i)
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
        result = pack(oai.map(numbers(50), function()
          count = count + 1
          return get(client, "stall")
        end, { concurrency = 5, errors = errors }))
        oai.map({ 1 }, function()
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
      local results, err = oai.map(numbers(50), function()
        count = count + 1
        return get(client, "stall")
      end, { concurrency = 5, errors = errors, client = client })
      assert.is_nil(results)
      assert.equal("cancelled", err.kind)
      assert.equal(5, count)
      other:close()
      scene:wait(is_idle)
    end)
  end

  it("within map shares the calls out", function()
    local results = oai.map({ 1, 2, 3 }, function(i)
      local inner = assert(oai.map({ 10, 20 }, function(j)
        return get(client, "quick") and i + j
      end))
      return inner[1] + inner[2]
    end)
    assert.same({ 32, 34, 36 }, results)
  end)

  it("works on the client it is given, that of its task, or the one made last", function()
    local last = addresses.client(scene)
    local function used()
      local seen
      oai.map({ 1 }, function()
        seen = require("oai.task.waiting").running().client
      end)
      return seen
    end
    assert.equal(last, used())
    local seen
    client:spawn(function()
      seen = used()
    end)
    assert.equal(client, seen)
    oai.map({ 1 }, function()
      seen = require("oai.task.waiting").running().client
    end, { client = client })
    assert.equal(client, seen)
    last:close()
  end)

  it("goes on beside other tasks", function()
    local other = client:spawn(get, client, "slow")
    oai.map(numbers(30), function()
      return get(client, "quick")
    end)
    assert.is_true(other:await().ok)
  end)

  it("keeps no thread and no memory of what is done", function()
    local function run(count)
      assert(oai.map(numbers(count), function(i)
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
    assert.truthy(refusal(oai.map, nil, print):find("map: expected a list of items, got nil", 1, true))
    assert.truthy(refusal(oai.map, {}, nil):find("map: expected a function, got nil", 1, true))
    assert.truthy(refusal(oai.map, {}, print, { threads = 2 }):find("map: unknown option 'threads'", 1, true))
    for _, wrong in ipairs { 0, -1, 0.5 } do
      assert.truthy(refusal(oai.map, { 1 }, print, { concurrency = wrong }):find(
        "map: option 'concurrency' must be 1 or more, got " .. wrong, 1, true))
    end
    assert.truthy(refusal(oai.map, {}, print, { concurrency = "2" }):find("must be a number, got string", 1, true))
    assert.truthy(refusal(oai.map, {}, print, { errors = "no" }):find("must be \"cancel\" or \"collect\"", 1, true))
  end)

  it("must not keep a host waiting, and starts nothing there", function()
    local other = addresses.client(scene, { loop = "frame" })
    local called = 0
    local message = refusal(oai.map, { 1, 2 }, function()
      called = called + 1
    end, { client = other })
    assert.truthy(message:find("the loop 'frame' must not be kept waiting", 1, true), message)
    assert.equal(0, called)
    local task = other:spawn(function()
      return assert(oai.map({ 1, 2, 3 }, function(i)
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

describe("oai.map without a client of its own", function()
  local scene, mine, theirs

  before_each(function()
    scene = addresses.scene(server)
    mine = addresses.client(scene)
    theirs = addresses.client(scene) -- the one made last
  end)

  after_each(function()
    mine:close()
    theirs:close()
  end)

  --- A map of 20 calls of `mine`, with `act(i)` before and after each.
  local function map_mine(before, after, options)
    return oai.map(numbers(20), function(i)
      before(i)
      local value, err = get(mine, "quick")
      after(i)
      return value and i, err
    end, options or { concurrency = 4 })
  end

  local function nothing() end

  for _, at in ipairs { 1, 2, 4, 5, 19, 20 } do
    --- Closes the other client at that item.
    local function close(i)
      if i == at then
        theirs:close()
      end
    end

    it("survives the end of another client before the call of item " .. at, function()
      assert.same(numbers(20), (map_mine(close, nothing)))
    end)

    it("survives it after the call of item " .. at, function()
      assert.same(numbers(20), (map_mine(nothing, close)))
    end)

    it("survives it within a map, before the call of item " .. at, function()
      local results = oai.map({ 1, 2 }, function(j)
        local inner, err = map_mine(j == 2 and close or nothing, nothing, {})
        return inner and #inner, err
      end)
      assert.same({ 20, 20 }, results)
    end)
  end

  it("survives it while all of its calls wait", function()
    theirs:spawn(function()
      get(theirs, "slow")
      theirs:close()
    end)
    assert.same({ 1, 2, 3 }, (oai.map({ 1, 2, 3 }, function(i)
      return get(mine, "slower") and i
    end)))
  end)

  it("takes the one made last that is open", function()
    theirs:close()
    assert.same(numbers(20), (map_mine(nothing, nothing)))
  end)

  it("fails where its own calls are ended", function()
    local results, err, index = map_mine(nothing, function(i)
      if i == 3 then
        mine:close()
      end
    end)
    assert.is_nil(results)
    assert.truthy(oai.is_error(err) and err.kind == "cancelled" or tostring(err):find("the client is closed", 1, true))
    assert.equal("number", type(index))
  end)

  it("ends where no client is left", function()
    local count = 0
    local results, err = oai.map(numbers(20), function()
      count = count + 1
      get(mine, "quick")
      mine:close()
      theirs:close()
    end, { concurrency = 2, errors = "collect" })
    assert.is_nil(results)
    assert.equal("cancelled", err.kind)
    assert.is_true(count <= 3, count .. " items")
  end)

  it("leaves those alone that were given the client", function()
    local results, err = oai.map({ 1, 2 }, function(i)
      if i == 2 then
        theirs:close()
      end
      return get(mine, "slow")
    end, { client = theirs })
    assert.is_nil(results)
    assert.equal("cancelled", err.kind)
  end)

  it("and without any, says what to do", function()
    local output = child.run [[print(pcall(require("oai").map, { 1 }, print))]]
    assert.truthy(output:find("map: make a client first, or give one as 'client'", 1, true), output)
  end)

  for _, name in ipairs { "cqueues", "copas" } do
    it("survives the end of another in the loop " .. name, function()
      local missing = host.missing(name)
      if missing then
        pending(missing)
        return
      end
      local output = host.run(name, scene, [[
        local theirs = oai.client { api_key = "sk-spec", base_url = base_url, loop = loop }
        local done
        go(function()
          local results, err = oai.map({ 1, 2, 3, 4 }, function(i)
            if i == 2 then
              theirs:close()
            end
            return get "quick" and i
          end, { concurrency = 2 })
          say(results and #results, err)
          client:close()
          done = true
        end)
        run(function() return done end)
      ]])
      assert.equal("4\tnil\n", output)
    end)
  end
end)
