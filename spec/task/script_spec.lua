-- Which schedulers a script drives, and how long it waits for them.

local script = require "oai.task.script"

--- As much of a scheduler as a script knows.
local function new(fields)
  local scheduler = {
    driven_at = false, ready = { first = false }, count = 1, for_tasks = 0, soonest = math.huge, closed = false,
    engine = { clock = function() return 100 end, is_foreign = function() return false end }, driven = {},
  }
  for name, value in pairs(fields or {}) do
    scheduler[name] = value
  end
  function scheduler:drive(seconds)
    self.driven[#self.driven + 1] = seconds
  end
  return scheduler
end

describe("task.script", function()
  local all

  local function add(fields)
    local scheduler = new(fields)
    all[#all + 1] = scheduler
    script.add(scheduler)
    return scheduler
  end

  before_each(function()
    all = {}
  end)

  after_each(function()
    for _, scheduler in ipairs(all) do
      script.remove(scheduler)
    end
    assert.is_false(script.drive(math.huge))
  end)

  it("waits until something is due, in short steps", function()
    local one = add()
    assert.is_true(script.drive(math.huge))
    assert.is_true(script.drive(100.03125))
    assert.is_true(script.drive(99))
    one.soonest = 100.0625
    assert.is_true(script.drive(math.huge))
    one.ready.first = {}
    assert.is_true(script.drive(math.huge))
    assert.same({ script.LONGEST, 0.03125, 0, 0.0625, 0 }, one.driven)
  end)

  it("drives all there are, each for a shorter while", function()
    local one, other, closed = add(), add(), add { closed = true }
    script.add(one)
    assert.is_true(script.drive(math.huge))
    assert.same({ { 0.005 }, { 0.005 }, {} }, { one.driven, other.driven, closed.driven })
    script.remove(one)
    script.remove(one)
    script.drive(math.huge)
    assert.same({ 1, 2 }, { #one.driven, #other.driven })
  end)

  it("drives two for a shorter while, too", function()
    local one, other = add(), add()
    assert.is_true(script.drive(math.huge))
    assert.same({ { 0.005 }, { 0.005 } }, { one.driven, other.driven })
  end)

  it("says when nothing is there but waits for tasks", function()
    local one = add { for_tasks = 1 }
    assert.is_false(script.drive(math.huge))
    assert.same({}, one.driven)
  end)

  it("takes one up where an error has left somebody ready", function()
    local one = new { count = 0, ready = { first = {} } }
    all[1] = one
    assert.is_true(script.drive(math.huge, one))
    assert.same({ 0 }, one.driven)
  end)

  it("forgets those of the process that it was forked from", function()
    local one = add()
    one.engine.is_foreign = function() return true end
    assert.is_false(script.drive(math.huge))
    assert.is_false(one.driven_at)
  end)
end)
