-- Which task runs, and what it is told once it is cancelled.

local child = require "spec.support.child"
local running = require "oai.task.running"

describe("task.running", function()
  --- A task whose coroutine runs `fn`; noted until it ends.
  local function new(fn)
    local task = { scheduler = {}, cancelled = false, told = false, depth = 1 }
    task.coroutine = coroutine.create(function()
      running.add(task)
      fn(task)
      running.remove(task)
    end)
    return task
  end

  it("is the one whose coroutine it is, and none in a coroutine within it", function()
    local seen = {}
    local one = new(function()
      seen[1] = running.task()
      coroutine.wrap(function() seen[2] = running.task() or "none" end)()
    end)
    assert.is_nil(running.task())
    coroutine.resume(one.coroutine)
    assert.same({ one, "none" }, seen)
    assert.equal(0, running.count)
  end)

  it("knows the main thread, which no coroutine is", function()
    local output, status = child.run [[
      local running = require "oai.task.running"
      print(running.is_main(), coroutine.wrap(running.is_main)())]]
    assert.equal(0, status, output)
    assert.equal("true\tfalse\n", output)
  end)

  it("knows the tasks of a scheduler", function()
    local one, other = new(coroutine.yield), new(coroutine.yield)
    coroutine.resume(one.coroutine)
    coroutine.resume(other.coroutine)
    assert.same({ one }, running.tasks_of(one.scheduler))
    assert.same({}, running.tasks_of {})
    coroutine.resume(one.coroutine)
    coroutine.resume(other.coroutine)
    assert.equal(0, running.count)
  end)

  it("encloses what runs in it, until it ends", function()
    local depth, around
    local one = new(function()
      coroutine.wrap(function() depth, around = running.depth() end)()
    end)
    running.around = one
    coroutine.resume(one.coroutine)
    assert.same({ 1, one }, { depth, around })
    assert.same({ 0, false }, { running.depth() }) -- it is dead
    running.around = false
  end)

  it("may not wait once it is cancelled: that is returned once, and raised from then on", function()
    local one = { cancelled = false, told = false }
    assert.is_nil(running.refusal(one))
    one.cancelled = true
    assert.equal("cancelled", running.refusal(one))
    local done, err = pcall(running.refusal, one)
    assert.is_false(done)
    assert.equal("cancelled", err.kind)
    assert.equal(err.kind, running.error_of("cancelled").kind)
    assert.equal(err, running.error_of(err))
  end)

  it("is lost where it was removed while it could not be resumed", function()
    local raised
    local one = new(function(task)
      coroutine.yield()
      task.removed = true
      local _, err = pcall(running.refusal_outside)
      raised = err
    end)
    coroutine.resume(one.coroutine)
    running.remove(one)
    coroutine.resume(one.coroutine)
    assert.equal("cancelled", raised.kind)
    assert.is_nil(running.refusal_outside())
  end)
end)
