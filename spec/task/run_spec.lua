-- client:run: how long it waits, and for what.

local addresses = require "spec.support.addresses"
local blocking = require "oai.loop.blocking"
local complaints = require "spec.support.complaints"
local server = require("spec.support.server").start()

local get = addresses.get

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
    assert.truthy(message:find("run_spec.lua:%d+: oai: client:run: 1 task has yielded"), message)
  end)
end)
