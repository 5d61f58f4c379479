-- Rounds of a run: who makes them, and what they bear.

local engines = require "oai.engine"
local error_value = require "oai.error"
local rounds = require "oai.batch.rounds"
local steps = require "oai.batch.steps"

local function failure(kind)
  return error_value.new { kind = kind, message = "m" }
end

describe("the rounds of a run", function()
  local advance, clock = steps.advance, engines.clock
  local now, run, outcomes

  before_each(function()
    now, outcomes = 1000, {}
    engines.clock = function() -- luacheck: ignore 122
      return now
    end
    steps.advance = function(one, part) -- luacheck: ignore 122
      local err = table.remove(outcomes, 1)
      if err then
        return nil, err
      end
      one.was_reached, one.unreachable_since, part.stage = true, nil, "created"
      return true
    end
    run = {
      options = { concurrency = 2, patience = 60, max_interval = 20 }, look_at = 0, interval = 8, told = {},
      state = { parts = { { stage = "written" }, { stage = "written" }, { stage = "written" } } },
    }
    function run:_sleep(seconds)
      now = now + seconds
      self.slept = seconds
      return true
    end
    function run:_tell(_, _, err)
      self.told[#self.told + 1] = err and err.kind or "no error"
    end
  end)

  after_each(function()
    steps.advance, engines.clock = advance, clock -- luacheck: ignore 122
  end)

  local function stages()
    local all = {}
    for i, part in ipairs(run.state.parts) do
      all[i] = part.stage
    end
    return table.concat(all, " ")
  end

  it("begin no more batches than may be under way", function()
    assert.is_true(rounds.make(run, math.huge))
    assert.equal("created created written", stages())
  end)

  it("are more and more seldom, and not begun after the deadline", function()
    local slept = {}
    for i = 1, 4 do
      assert.is_true(rounds.make(run, math.huge))
      slept[i] = run.slept or 0
    end
    assert.same({ 0, 8, 12, 18 }, slept)
    local done, err = rounds.make(run, now + 5)
    assert.same({ nil, "timeout", 5 }, { done, err.kind, run.slept })
  end)

  it("bear what may pass, where the service was reached before, as long as the run is patient", function()
    outcomes = { failure "server" }
    local done, err = rounds.make(run, math.huge)
    assert.same({ nil, "server" }, { done, err.kind })
    assert.is_true(rounds.make(run, math.huge))
    outcomes = { failure "connection", failure "not_found" }
    done, err = rounds.make(run, math.huge)
    assert.same({ nil, "not_found" }, { done, err.kind })
    run.told, run.unreachable_since, outcomes = {}, nil, { failure "connection", failure "rate_limit" }
    assert.is_true(rounds.make(run, math.huge))
    assert.same({ "connection", "rate_limit", "no error" }, run.told)
    now, outcomes = now + 61, { failure "connection" }
    done, err = rounds.make(run, math.huge)
    assert.same({ nil, "connection" }, { done, err.kind })
  end)

  it("are made by one, for which others wait", function()
    local other = coroutine.create(function()
      run.holder = coroutine.running()
      coroutine.yield()
    end)
    coroutine.resume(other)
    assert.is_true(rounds.is_held(run))
    assert.is_true(rounds.make(run, math.huge))
    assert.same({ "written written written", 0.1 }, { stages(), run.slept })
    local done, err = rounds.make(run, now)
    assert.same({ nil, "timeout" }, { done, err.kind })
    coroutine.resume(other) -- it has ended without making one
    assert.is_false(rounds.is_held(run))
    assert.is_true(rounds.make(run, math.huge))
    assert.equal("created created written", stages())
  end)
end)
