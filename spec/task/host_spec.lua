-- How a scheduler's host is told that something is due, and that nothing is left.

local host = require "oai.task.host"
local queue = require "oai.task.queue"
local script = require "oai.task.script"

local NEVER = math.huge

describe("task.host", function()
  local told, scheduler, failures_due

  --- Notes what a function is called with.
  local function noted(name)
    return function(...)
      local last = select("#", ...) > 0 and select(select("#", ...), ...)
      told[#told + 1] = name .. " " .. tostring(type(last) == "number" and ("%g"):format(last) or last)
    end
  end

  before_each(function()
    told, failures_due = {}, nil
    scheduler = {
      engine = { alarm = noted "alarm", clock = function() return 100 end }, loop = { name = "own" },
      driver = { hold = noted "hold" }, driven_at = false, detached = false, closed = false, count = 0, alarm = NEVER,
      soonest = NEVER, ready = queue.new(),
      failures = { due = function() return failures_due end },
    }
  end)

  local function add_ready()
    scheduler.ready:add { queue = false, before = false, behind = false, number = 0 }
  end

  it("is told at once by the engine's alarm", function()
    host.tell_now(scheduler)
    assert.same({ "alarm 0" }, told)
  end)

  it("is told nothing where it looks by itself, where there is none, or when all is over", function()
    local driver = scheduler.driver
    for what, value in pairs { driver = false, closed = true } do
      local before = scheduler[what]
      scheduler[what] = value
      host.tell_now(scheduler)
      host.tell_at(scheduler, 1)
      scheduler[what] = before
    end
    driver.polled = true
    host.tell_now(scheduler)
    host.tell_at(scheduler, 1)
    assert.same({}, told)
    assert.equal(NEVER, scheduler.alarm)
  end)

  it("is asked for a turn where the scheduler has no engine", function()
    local turns
    scheduler.detached, scheduler.loop.budget = function() end, 0.5
    scheduler.turn = noted "turn"
    host.tell_now(scheduler)
    assert.same({ "alarm 0" }, told) -- where it cannot be asked
    scheduler.loop.later = function(act)
      turns = act
    end
    host.tell_now(scheduler)
    assert.equal(1, #told)
    turns()
    assert.same({ "alarm 0", "turn 0.5" }, told)
  end)

  it("is told of the soonest time that has not come", function()
    host.tell_at(scheduler, 107)
    host.tell_at(scheduler, 108)
    host.tell_at(scheduler, 107)
    assert.same({ "alarm 7" }, told)
    assert.equal(107, scheduler.alarm)
    host.tell_at(scheduler, 104)
    assert.same({ "alarm 7", "alarm 4" }, told)
    for _, at in ipairs { 100, 90 } do -- what is due is not noted: it is in the next turn
      host.tell_at(scheduler, at)
      assert.equal(104, scheduler.alarm)
    end
    assert.same({ "alarm 7", "alarm 4", "alarm 0", "alarm 0" }, told)
  end)

  it("is told of what comes next: who is ready, whose time comes, who failed unseen", function()
    host.tell_next(scheduler)
    assert.same({}, told)
    add_ready()
    scheduler.soonest, failures_due = 109, 103
    host.tell_next(scheduler)
    assert.same({ "alarm 0", "alarm 9", "alarm 3" }, told)
    failures_due = 102
    host.tell_failures(scheduler)
    assert.equal("alarm 2", told[4])
  end)

  it("is held while somebody waits, and let go when nothing is left", function()
    host.hold(scheduler)
    host.settle(scheduler)
    assert.same({ "hold true", "hold false" }, told)
    for what, change in pairs { ["hold true"] = add_ready, ["hold true "] = function() failures_due = 1 end } do
      told, scheduler.ready, failures_due = {}, queue.new(), nil
      change()
      host.settle(scheduler)
      assert.same({ (what:gsub(" $", "")) }, told)
    end
    told, scheduler.count = {}, 1
    host.settle(scheduler)
    scheduler.count, scheduler.closed = 0, true
    host.settle(scheduler)
    assert.same({}, told)
  end)

  it("is the script, where it has none", function()
    scheduler.driver = false
    host.hold(scheduler)
    assert.is_number(scheduler.driven_at)
    add_ready()
    host.settle(scheduler)
    assert.is_number(scheduler.driven_at)
    scheduler.ready = queue.new()
    host.settle(scheduler)
    assert.is_false(scheduler.driven_at)
    script.remove(scheduler)
  end)

  it("has a driver by its loop, or one that is told nothing", function()
    local given
    scheduler.turn = noted "turn"
    scheduler.loop = { budget = 0.25, start = function(...)
      given = { ... }
      return "driver"
    end }
    assert.equal("driver", host.driver(scheduler, "engine", noted "close"))
    assert.equal("engine", given[1])
    given[2]()
    given[3](1)
    assert.same({ "turn 0.25", "close 1" }, told)
    scheduler.loop = { has_tasks = true }
    assert.is_false(host.driver(scheduler, "engine", noted "close"))
    scheduler.loop = {}
    for _, driver in ipairs { host.driver(scheduler, "engine", noted "close"), host.DETACHED } do
      assert.is_true(driver.polled)
      assert.is_nil(driver.hold(true) or driver.stop())
    end
    assert.is_true(host.driver(scheduler, "engine", noted "close").untold)
    assert.is_nil(host.DETACHED.untold)
  end)
end)
