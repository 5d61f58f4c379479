-- A scheduler of the program's own: its two functions wait, and nothing else.

local addresses = require "spec.support.addresses"
local oai = require "oai"
local round_robin = require "spec.support.round_robin"
local server = require("spec.support.server").start()

local get = addresses.get

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

  it("has a limit to what is awaited", function()
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
    scene:wait(addresses.is_stall_aborted)
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
      return journal.requests_total == 1 or addresses.is_stall_aborted(journal)
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

  it("is not run by client:run", function()
    assert.has_error(function()
      client:run()
    end)
  end)
end)
