-- Tasks that failed with nobody to see it: told of once, after a second.

local addresses = require "spec.support.addresses"
local blocking = require "oai.loop.blocking"
local child = require "spec.support.child"
local complaints = require "spec.support.complaints"
local core = require "oai.core"
local failures = require "oai.task.failures"
local server = require("spec.support.server").start()

local get = addresses.get

describe("task.failures", function()
  local now, told, all

  before_each(function()
    now, told = 10, {}
    all = failures.new {
      engine = { clock = function() return now end },
      loop = { report = function(message) told[#told + 1] = message end },
    }
  end)

  it("tells of each once, in the words of its error, when nobody took it in a second", function()
    local one = { err = "broken" }
    all:note(one)
    all:note(one)
    now = 10.9
    all:tell()
    assert.same({}, told)
    assert.equal(11, all:due())
    now = 11
    all:tell()
    assert.equal(1, #told)
    all:tell(true)
    assert.same({ "oai: a task failed, and nobody awaits it: broken" }, told)
    assert.equal(one, all.first)
    assert.is_nil(all:due())
  end)

  it("tells of none that somebody took", function()
    local one, other = { err = "a", observed = false }, { err = "b", values = { traceback = "\nhere" } }
    all:note(one)
    now = 10.5
    all:note(other)
    one.observed = true
    assert.equal(11, all:due())
    all:tell()
    assert.equal(11.5, all:due())
    all:tell(true)
    assert.same({ "oai: a task failed, and nobody awaits it: b\nhere" }, told)
  end)

  it("tells of all when it is collected", function()
    all:note { name = "on_done", err = "late" }
    all = nil
    collectgarbage()
    collectgarbage()
    assert.same({ "oai: on_done: late" }, told)
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
    assert.truthy(list[1]:find("oai: a task failed, and nobody awaits it: .*failures_spec.lua:%d+: broken"), list[1])
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
    assert.truthy(list[1]:find("oai: on_done: .*failures_spec.lua:%d+: in the callback"), list[1])
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
