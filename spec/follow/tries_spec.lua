-- Tries to go on after a cut.

local engines = require "oai.engine"
local oai = require "oai"
local retry = require "oai.call.retry"
local tries = require "oai.follow.tries"
local wait = require "oai.task.wait"

local function always()
  return true
end

describe("tries", function()
  local client, slept, sleep
  local backoff = retry.backoff

  before_each(function()
    client = oai.client { api_key = "k", base_url = "http://127.0.0.1:1" }
    slept, sleep = {}, wait.sleep
    wait.sleep = function(_, _, seconds) -- luacheck: ignore 122
      slept[#slept + 1] = seconds
      return true
    end
    retry.backoff = function(taken) -- luacheck: ignore 122
      return backoff(taken, 0)
    end
  end)

  after_each(function()
    wait.sleep, retry.backoff = sleep, backoff -- luacheck: ignore 122
    client:close()
  end)

  local function failing(times)
    return function()
      times = times - 1
      if times < 0 then
        return "found"
      end
      return nil, { n = times }
    end
  end

  it("rests longer and longer, until one is of use", function()
    local some = tries.new(client, 5)
    assert.equal("found", (some:run({}, math.huge, always, failing(3))))
    assert.same({ 0.5, 1, 2, 4 }, slept)
    assert.equal(4, some.taken)
  end)

  it("ends after so many in a row, with the last error", function()
    local some = tries.new(client, 2)
    assert.same({ n = 5 }, select(2, some:run({}, math.huge, always, failing(7))))
    assert.same({ 0.5, 1 }, slept)
    assert.same({ n = 0 }, select(2, some:run({ n = 0 }, math.huge, always, failing(0))))
    some:reset()
    assert.equal("found", (some:run({}, math.huge, always, failing(0))))
  end)

  it("makes none after an error that is final, nor without any", function()
    local err = {}
    assert.equal(err, select(2, tries.new(client, 2):run(err, math.huge, function()
      return false
    end, failing(0))))
    assert.equal(err, select(2, tries.new(client, 0):run(err, math.huge, always, failing(0))))
    assert.same({}, slept)
  end)

  it("rests as the server asks, unless that is too long", function()
    local some = tries.new(client, 5, 60)
    assert.equal("found", (some:run({ retry_after = 7 }, math.huge, always, failing(0))))
    assert.same({ 7 }, slept)
    local err = { retry_after = 61 }
    assert.equal(err, select(2, some:run(err, math.huge, always, failing(0))))
  end)

  it("does not rest over the deadline", function()
    local err = {}
    local some = tries.new(client, 5)
    assert.equal(err, select(2, some:run(err, engines.clock() + 0.3, always, failing(0))))
    assert.same({}, slept)
    local clock = engines.clock
    engines.clock = function() -- luacheck: ignore 122
      return 100
    end
    local found = some:run(err, 100.5, always, failing(0))
    engines.clock = clock -- luacheck: ignore 122
    assert.is_nil(found)
  end)
end)
