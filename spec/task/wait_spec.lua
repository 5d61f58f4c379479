-- How each kind of caller waits, without an engine: on loops that note what
-- they are asked.

local running = require "oai.task.running"
local schedulers = require "oai.task.scheduler"
local task = require "oai.task"
local wait = require "oai.task.wait"

local now = 0

--- As much of an engine as waiting needs. Each step takes a second.
local function new_engine()
  return {
    clock = function() return now end,
    step = function(_, seconds) now = now + math.min(seconds, 1) end,
    ready = function() return 0, false end,
    alarm = function() end,
    is_foreign = function() return false end,
  }
end

--- What copies of a client share.
local function shared_of(loop)
  return { loop = loop, engine = new_engine() }
end

local function scheduler_of(shared)
  return schedulers.of(shared, shared.engine)
end

--- A task on a scheduler; begun.
local function spawn(shared, fn)
  local one = task.new({ _shared = shared }, fn, { n = 0 })
  scheduler_of(shared):start(one)
  return one
end

local EXCHANGE = { id = function() return 7 end }

describe("task.wait", function()
  before_each(function()
    now = 0
  end)

  it("has a script without tasks wait as its loop does", function()
    local asked
    local shared = shared_of { has_tasks = true, wait = function(...)
      asked = { ... }
      return true
    end }
    assert.is_true(wait.for_news(shared, shared.engine, EXCHANGE, 5))
    assert.same({ shared.engine, EXCHANGE, 5 }, asked)
  end)

  describe("in a scheduler of the program's own", function()
    local stopped, shared
    before_each(function()
      stopped = nil
      shared = shared_of {
        wait = function()
          coroutine.yield()
          return not stopped
        end,
        sleep = function(_, seconds)
          now = now + seconds
          if coroutine.running() and running.task() then
            coroutine.yield()
          end
        end,
      }
      shared.engine.stop = function(_, exchange) stopped = exchange end
    end)

    it("waits for a reply as that does, whose exchange is stopped when the task is cancelled", function()
      local ended, reason
      local one = spawn(shared, function()
        ended, reason = wait.for_news(shared, shared.engine, EXCHANGE, 5)
        return true
      end)
      one:cancel()
      assert.equal(EXCHANGE, stopped)
      coroutine.resume(one.coroutine)
      assert.same({ false, "cancelled" }, { ended, reason })
    end)

    it("sleeps until a key is notified, or too long", function()
      local scheduler, key = scheduler_of(shared), {}
      assert.is_false((wait.for_key(scheduler, key, 0.05)))
      assert.is_true(now >= 0.05)
      local ended
      local one = spawn(shared, function()
        ended = wait.for_key(scheduler, key, 5)
        return true
      end)
      scheduler:notify(key)
      coroutine.resume(one.coroutine)
      assert.is_true(ended)
    end)
  end)

  describe("in a script with tasks", function()
    local shared, scheduler
    before_each(function()
      shared = shared_of { has_tasks = true }
      scheduler = scheduler_of(shared)
    end)

    it("parks a task, and drives where none is", function()
      local key, other, seen = {}, {}, {}
      local one = spawn(shared, function()
        seen[1] = wait.for_key(scheduler, 7, 3)
        scheduler:notify(other)
        return true
      end)
      assert.is_true(scheduler:is_awaited(7))
      assert.is_true(wait.for_key(scheduler, other, 10)) -- drives, so that the task's time is up
      assert.same({ false }, seen)
      assert.is_true(one.done)
      assert.is_false((wait.for_key(scheduler, 8, now + 1)))
      assert.error_matches(function() wait.for_key(scheduler, key, math.huge) end, "nobody here resumes")
      assert.equal(0, scheduler.count)
    end)

    it("ends a task's wait when it is cancelled, and allows none after that", function()
      local results = {}
      local one = spawn(shared, function()
        results[1], results[2] = wait.for_key(scheduler, 7, 3)
        results[3] = wait.is_allowed(scheduler)
      end)
      one:cancel()
      assert.same({ false, "cancelled" }, results)
      assert.equal("cancelled", one.err.kind)
    end)

    it("sleeps until the time is up", function()
      local slept
      local one = spawn(shared, function()
        slept = wait.sleep(shared, shared.engine, 2)
        return true
      end)
      assert.is_true(wait.for_key(scheduler, 9, 1.5) == false and not one.done)
      assert.is_false((wait.for_key(scheduler, 9, 4)))
      assert.is_true(slept)
    end)
  end)

  describe("where a host runs", function()
    local function host(driver)
      driver.hold = function() end
      driver.stop = function() end
      return shared_of { name = "host", start = function() return driver end }
    end

    it("suspends a coroutine of the host's", function()
      local woken
      local shared = host {
        check = function() end,
        suspended = function()
          local waiting = coroutine.running()
          return { wait = coroutine.yield, wake = function() woken = waiting end }
        end,
      }
      local scheduler, ended = scheduler_of(shared), nil
      coroutine.wrap(function()
        ended = wait.for_key(scheduler, 7, 5)
      end)()
      assert.is_nil(ended)
      scheduler:notify(7)
      coroutine.resume(woken)
      assert.same({ true, 0 }, { ended, scheduler.count })
    end)

    it("refuses to keep one waiting that has none, and tells what to do", function()
      local shared = host {}
      assert.error_matches(function() wait.for_key(scheduler_of(shared), 7, 5) end, "must not be kept waiting")
      assert.error_matches(function() wait.caller(shared, shared.engine) end, "client:spawn")
    end)
  end)
end)
