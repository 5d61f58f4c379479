-- The rules of pacing one by one, by a clock that the spec moves. What becomes
-- of them on a wire is in spec/task/limiter_spec.lua.

local limiter = require "oai.task.limiter"
local wait = require "oai.task.wait"

local PATIENT, IMPATIENT = 100, 10 -- seconds of max_retry_delay

describe("a limiter", function()
  local now, told, pace
  local for_key = wait.for_key

  local engine = {
    clock = function()
      return now
    end,
  }

  --- As much of a scheduler as it needs.
  local scheduler = {
    engine = engine,
    notify = function(_, slot)
      told[slot] = true
    end,
  }

  before_each(function()
    now, told = 1000, {}
    wait.for_key = function() -- luacheck: ignore 122
      return coroutine.yield "waits"
    end
    pace = limiter.of({ scheduler = scheduler }, engine, { settings = { options = {} }, model = "m" })
  end)

  after_each(function()
    wait.for_key = for_key -- luacheck: ignore 122
  end)

  --- Has a call look whether it may go now.
  local function look(call)
    local resumed, state = coroutine.resume(call.task.coroutine)
    assert(resumed, state)
    call.state = state
    return state
  end

  --- A call that has come and looked once: `state` is "goes", "waits" or the
  --- error's kind.
  local function new_call(bytes, patience, deadline, task)
    local call = { sent = now, task = task or { slot = false, done = false, key = false, parked_in = scheduler } }
    local request = {
      body = bytes and ("x"):rep(bytes), plan = { name = "spec" },
      settings = { options = { max_retry_delay = patience or PATIENT } },
    }
    call.task.coroutine = coroutine.create(function()
      local slot, reason = pace:enter(call.task, request, deadline or math.huge)
      call.slot, call.sent = slot, now
      coroutine.yield(slot and "goes" or reason.kind)
    end)
    look(call)
    return call
  end

  local function new_calls(count)
    local calls = {}
    for i = 1, count do
      calls[i] = new_call()
    end
    return calls
  end

  --- Has the reply to a call come; nil: there is none.
  local function ends(call, status, limits, retry_after)
    pace:leave(call.slot, status and {
      status = status, rate_limit = limits, headers = { ["retry-after"] = retry_after },
    } or {}, call.sent)
  end

  local function states(calls)
    local list = {}
    for i, call in ipairs(calls) do
      list[i] = call.state
    end
    return table.concat(list, " ")
  end

  it("lets four calls out before the first reply, and all after one that names no limit", function()
    local calls = new_calls(6)
    assert.equal("goes goes goes goes waits waits", states(calls))
    ends(calls[1], 200)
    assert.equal("goes", look(calls[5]))
    assert.equal("goes", look(calls[6]))
    assert.equal("goes goes goes goes goes goes goes goes", states(new_calls(8)))
  end)

  it("has all in line look, in their order, after a reply that names no limit", function()
    local calls = new_calls(6)
    ends(calls[1], 200)
    assert.is_true(told[calls[5].task.slot])
    assert.is_true(told[calls[6].task.slot])
  end)

  it("has the next in line look when one goes out", function()
    local calls = new_calls(6)
    ends(calls[1], 200, { requests = { limit = 100, remaining = 5, reset = 60 } }) -- three are under way
    assert.is_true(told[calls[5].task.slot])
    assert.is_nil(told[calls[6].task.slot])
    look(calls[5])
    assert.is_true(told[calls[6].task.slot])
  end)

  it("has as many in line look as may go", function()
    local calls = new_calls(14)
    ends(calls[1], 200, { requests = { limit = 100, remaining = 10, reset = 60 } })
    for i = 5, 14 do
      assert.equal(i <= 10 or nil, told[calls[i].task.slot])
    end
    told = {}
    now = now + 12 -- and meanwhile twenty have come back
    look(calls[5])
    assert.is_true(told[calls[14].task.slot])
  end)

  it("lets nobody pass those in line", function()
    local calls = new_calls(6)
    ends(calls[1], 200)
    assert.equal("waits", new_call().state)
  end)

  it("tells those in line who are less patient than the server asks for", function()
    local calls = new_calls(4)
    local patient, impatient = new_call(), new_call(nil, IMPATIENT)
    ends(calls[1], 429, nil, "30")
    assert.is_true(told[impatient.task.slot])
    assert.equal("rate_limit", look(impatient))
    assert.equal("waits", look(patient))
    for i = 2, 4 do
      ends(calls[i])
    end
    now = now + 29
    assert.equal("waits", look(patient))
    now = now + 1.5
    assert.equal("goes", look(patient))
  end)

  it("waits as long as the longest time that was asked for", function()
    local calls = new_calls(2)
    ends(calls[1], 429, nil, "30")
    ends(calls[2], 429, nil, "5")
    local call = new_call()
    now = now + 29
    assert.equal("waits", look(call))
    now = now + 1.5
    assert.equal("goes", look(call))
  end)

  --- Ten are under way, and one of them is refused without a reason.
  local function refused_one_of_ten()
    ends(new_call(), 200)
    local calls = new_calls(10)
    assert.equal("goes", calls[10].state)
    ends(calls[10], 429)
    return calls
  end

  it("lets out half as many after a refusal that says no more", function()
    local calls = refused_one_of_ten()
    local call = new_call()
    for i = 1, 4 do
      ends(calls[i])
      assert.equal("waits", look(call), i)
    end
    ends(calls[5])
    assert.equal("goes", look(call))
    assert.equal("waits", new_call().state)
  end)

  it("lets out one more after as many replies as are under way", function()
    local calls = refused_one_of_ten()
    for i = 1, 9 do
      ends(calls[i])
    end
    local most = new_calls(6)
    assert.equal("goes goes goes goes goes waits", states(most))
    ends(most[1], 200)
    assert.equal("goes", look(most[6]))
    local more = new_call()
    assert.equal("goes", more.state)
    assert.equal("waits", new_call().state)
  end)

  it("never stops", function()
    local calls = new_calls(3)
    for i = 1, 3 do
      ends(calls[i], 429)
    end
    assert.equal("goes", new_call().state)
  end)

  local function left(remaining, reset)
    return { requests = { limit = 100, remaining = remaining, reset = reset } }
  end

  it("waits a minute at the most for what calls under way may have taken", function()
    local list = new_calls(4)
    ends(list[1], 200, left(50, 600))
    now = now + 10
    ends(list[2], 200, left(40, 590)) -- so all of it is back at once, and in ten minutes
    ends(list[3], 200, left(1, 590))
    ends(list[4], 200, left(1, 590))
    assert.equal("goes", new_call().state)
    local call = new_call()
    now = now + 59
    assert.equal("waits", look(call))
    now = now + 1.5
    assert.equal("goes", look(call))
  end)

  it("waits for what a reply says is gone, and a little more", function()
    local call = new_call()
    ends(call, 200, left(0, 90)) -- one of them is back in 0.9 seconds
    local other = new_call()
    now = now + 1
    assert.equal("waits", look(other))
    now = now + 0.1
    assert.equal("goes", look(other))
  end)

  it("is no longer held by a limit that is none any more", function()
    local calls = new_calls(2)
    ends(calls[1], 200, left(0, 90))
    local call = new_call()
    assert.equal("waits", call.state)
    ends(calls[2], 200, { requests = { limit = 0, remaining = 0 } })
    assert.equal("goes", look(call))
  end)

  it("refuses a call that its server lets out later than it waits, if its deadline is not before", function()
    local calls = new_calls(4)
    ends(calls[1], 200, left(50, 600))
    now = now + 10
    ends(calls[2], 200, left(40, 590))
    ends(calls[3], 200, left(0, 590))
    assert.equal("rate_limit", new_call(nil, IMPATIENT).state)
    assert.equal("waits", new_call(nil, IMPATIENT, now + 5).state)
    ends(calls[4], 429, left(0, 590), "30")
    assert.equal("rate_limit", new_call(nil, IMPATIENT, now + 5).state)
  end)

  it("forgets a call whose coroutine was closed, and one whose task makes another", function()
    local calls = new_calls(4)
    look(calls[1])
    assert.equal("dead", coroutine.status(calls[1].task.coroutine))
    assert.equal("goes", new_call().state)
    assert.equal("goes", new_call(nil, nil, nil, calls[2].task).state)
    assert.equal("waits", new_call().state)
  end)

  describe("of tokens", function()
    local LIMIT = 60000

    local function tokens(remaining)
      return { tokens = { limit = LIMIT, remaining = remaining } }
    end

    --- Replies to so many calls, each of which took so much; what is left.
    local function replies(count, bytes, cost, from, status)
      for _ = 1, count do
        local call = new_call(bytes)
        assert.equal("goes", call.state)
        from = from - cost
        ends(call, status or 200, tokens(from))
      end
      return from
    end

    --- Whether a call of so many bytes may go; it is taken back.
    local function goes(bytes)
      local call = new_call(bytes)
      call.task.slot:leave()
      return call.state == "goes"
    end

    it("takes four bytes for a token, at first", function()
      replies(1, 0, 0, 1000)
      assert.is_true(goes(4000))
      assert.is_false(goes(4100))
    end)

    it("learns what a byte costs, from the second reply on", function()
      replies(2, 10, 10, 1020)
      assert.is_true(goes(1000))
      assert.is_false(goes(1001))
    end)

    it("learns what a byte costs", function()
      replies(10, 1000, 1000, 11500)
      assert.is_true(goes(1400))
      assert.is_false(goes(1700))
    end)

    it("learns it from what came back meanwhile, too", function()
      replies(1, 0, 0, 5000)
      for _ = 1, 5 do
        now = now + 1 -- a thousand a second come back
        replies(1, 1000, 0, 5000)
      end
      assert.is_true(goes(4900))
      assert.is_false(goes(5200))
    end)

    it("does not take a new window for tokens that were given back", function()
      local from = replies(10, 1000, 1000, 20000)
      assert.equal(10000, from)
      replies(1, 0, 0, LIMIT)
      replies(40, 1000, 100, 40000 + 4000)
      assert.is_true(goes(100000))
    end)

    it("counts what it learned of late the most", function()
      replies(40, 1000, 100, replies(20, 1000, 1000, 3000 + 24000))
      assert.is_true(goes(15000))
      assert.is_false(goes(20000))
    end)

    it("takes nothing for spent on calls that were refused", function()
      local from = replies(5, 1000, 1000, 11000)
      replies(10, 4000, 0, from, 429)
      assert.is_true(goes(5900))
      assert.is_false(goes(6100))
    end)
  end)
end)
