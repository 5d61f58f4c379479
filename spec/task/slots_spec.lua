-- The line before a limiter and who is under way: order, and that a slot is
-- left whatever becomes of its task.

local slots = require "oai.task.slots"

local told

--- As much of a scheduler as slots know.
local scheduler = {
  notify = function(_, key)
    told[#told + 1] = key
  end,
}

--- A task as it is while it waits for `key`, or while it is resumed.
local function new_task(key)
  local task = { key = key, parked_in = scheduler, slot = false, done = false }
  task.coroutine = coroutine.create(function()
    coroutine.yield()
  end)
  coroutine.resume(task.coroutine)
  return task
end

--- Has its coroutine end, as one that somebody closed.
local function kill(task)
  coroutine.resume(task.coroutine)
  assert.equal("dead", coroutine.status(task.coroutine))
end

describe("task.slots", function()
  local all

  before_each(function()
    told = {}
    all = slots.new(scheduler)
  end)

  local function in_line(bound)
    local task = new_task()
    local slot = all:new(task, 10, bound or 60)
    all:line_up(slot)
    task.key = slot
    return slot
  end

  local function under_way()
    local slot = all:new(new_task(), 10, 60)
    all:go(slot)
    slot.task.key = 7 -- an exchange
    return slot
  end

  it("keeps the order of the line", function()
    local a, b, c = in_line(), in_line(), in_line()
    assert.same({ 0, 1, 2 }, { all:ahead(a), all:ahead(b), all:ahead(c) })
    assert.equal(3, all:waiting())
    assert.equal(a, all:next())
    b:leave()
    a:leave()
    assert.equal(c, all:next())
    assert.equal(0, all:ahead(c))
    c:leave()
    assert.is_nil(all:next())
    assert.equal(0, all:waiting())
    local d = in_line()
    assert.equal(d, all:next())
  end)

  it("counts those under way, and their bytes", function()
    local a, b = in_line(), in_line()
    all:go(a)
    assert.same({ 1, 10 }, { all.count, all.bytes })
    assert.equal(b, all:next())
    all:go(b)
    assert.same({ 2, 20 }, { all.count, all.bytes })
    a:leave()
    a:leave() -- counts once
    assert.same({ 1, 10 }, { all.count, all.bytes })
    b:leave()
    assert.same({ 0, 0 }, { all.count, all.bytes })
  end)

  it("tells the next when one leaves", function()
    local a, b = in_line(), in_line()
    all:go(a)
    a:leave()
    assert.same({ b }, told)
  end)

  it("belongs to its task until it is left", function()
    local slot = under_way()
    local task = slot.task
    assert.equal(slot, task.slot)
    slot:leave()
    assert.is_false(task.slot)
    local later = all:new(task, 1, 1)
    slot:leave()
    assert.equal(later, task.slot)
  end)

  it("passes over those in line whose task is at its end, or elsewhere", function()
    local done, closed, elsewhere, waiting = in_line(), in_line(), in_line(), in_line()
    done.task.done = true
    kill(closed.task)
    elsewhere.task.key = {}
    assert.equal(waiting, all:next())
    assert.equal(1, all:waiting())
    assert.same({ closed }, told) -- so that it is resumed, and fails
    assert.is_false(elsewhere.task.slot)
  end)

  it("keeps one in line that has been woken and not yet been resumed", function()
    local slot = in_line()
    slot.task.key = nil
    assert.equal(slot, all:next())
  end)

  it("finds those under way whose task is at its end, or elsewhere", function()
    local done, closed, elsewhere, waiting, running = under_way(), under_way(), under_way(), under_way(), under_way()
    done.task.done = true
    kill(closed.task)
    elsewhere.task.key = {}
    running.task.key = nil
    all:sweep()
    assert.same({ 2, 20 }, { all.count, all.bytes })
    assert.equal(waiting, waiting.task.slot)
    assert.equal(running, running.task.slot)
    assert.is_false(elsewhere.task.slot)
    assert.same({ 7 }, told)
  end)

  it("rouses those who would wait for too long, and nobody else", function()
    local patient, hasty, in_between = in_line(1000), in_line(1), in_line(60)
    all:rouse(1)
    assert.same({}, told)
    all:rouse(60)
    assert.same({ hasty }, told)
    told = {}
    all:rouse(61)
    assert.same({ hasty, in_between }, told)
    told = {}
    patient:leave()
    hasty:leave()
    in_between:leave()
    in_line(1000)
    told = {}
    all:rouse(100)
    assert.same({}, told)
  end)

  it("passes over ten thousand that were closed", function()
    local list = {}
    for i = 1, 10000 do
      list[i] = in_line()
    end
    for i = 1, 9999 do
      kill(list[i].task)
    end
    assert.equal(list[10000], all:next())
  end)
end)
