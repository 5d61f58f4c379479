-- A client that is closed, or left, while tasks wait: they end, and nothing stays.

local addresses = require "spec.support.addresses"
local server = require("spec.support.server").start()
local socket = require "socket"

local get, ask = addresses.get, addresses.ask

local function pack(...)
  return { n = select("#", ...), ... }
end

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
