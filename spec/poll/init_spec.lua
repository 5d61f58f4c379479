-- Waiting until something is done: what ends it, how often it looks, what it
-- bears, on each kind of loop.

local connect = require "spec.support.connect"
local core = require "oai.core"
local engines = require "oai.engine"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local tasks = require "spec.support.tasks"
local timing = require "spec.support.timing"
local unpack = require "oai.unpack"
local wait = require "oai.task.wait"

local QUICK = { interval = 0.02 }

local function session(status, more)
  local of = { id = "s1", object = "agent.session", status = status }
  for name, value in pairs(more or {}) do
    of[name] = value
  end
  return of
end

local function replies_of(statuses)
  local replies = {}
  for i, status in ipairs(statuses) do
    replies[i] = type(status) == "table" and status or { json = session(status) }
  end
  return replies
end

--- A session whose looks are answered so, and the scene.
local function session_of(statuses, options, more)
  local scene = server:scenario { replies = replies_of(statuses), repeat_last = more }
  local client = connect.to(scene, options or { max_retries = 0 })
  return client.beta.agents.sessions:at "s1", scene, client
end

--- The seconds that a function takes, and what it returns.
local function timed(fn)
  local started = core.clock()
  local value, err = fn()
  return core.clock() - started, value, err
end

describe("poll", function()
  it("looks until the object is no longer at work, and renews it", function()
    local one, scene = session_of { "in_progress", "in_progress", "idle" }
    local same, facts = one:wait(QUICK)
    assert.equal(one, same)
    assert.equal("idle", one.status)
    assert.equal(200, facts.status)
    assert.equal(3, #scene:requests())
    assert.equal("/v1/agents/sessions/s1", scene:requests()[3].path)
  end)

  --- The seconds for which one wait sleeps whose looks are answered so.
  local function sleeps_of(statuses, options)
    local one, slept, sleep = session_of(statuses), {}, wait.sleep
    wait.sleep = function(_, _, seconds) -- luacheck: ignore 122
      slept[#slept + 1] = seconds
      return true
    end
    local done, err = one:wait(options)
    wait.sleep = sleep -- luacheck: ignore 122
    assert(done, tostring(err))
    return slept
  end

  it("goes on after a look that took too long", function()
    local slow = { json = session "idle", delay = 0.3 }
    local one = session_of({ slow, "idle" }, { max_retries = 0, total_timeout = 0.1 })
    assert.truthy(one:wait(QUICK))
  end)

  local CIRCLE = { status = 302, headers = { location = "s1" } }

  for what, look in pairs {
    ["is too large"] = { { json = session("idle", { name = ("x"):rep(500) }) } },
    ["has too large a header"] = { { json = session "idle", headers = { ["x-long"] = ("x"):rep(300 * 1024) } } },
    ["leads in a circle"] = { CIRCLE, CIRCLE, CIRCLE, CIRCLE, CIRCLE, CIRCLE, CIRCLE, CIRCLE, CIRCLE, CIRCLE, CIRCLE },
    ["leads nowhere"] = { { status = 302 } },
  } do
    it("ends at once with a look that " .. what, function()
      look = { "in_progress", unpack(look) }
      look[#look + 1] = "idle"
      local one, scene = session_of(look, { max_retries = 0, max_reply_bytes = 400 })
      local done, err = one:wait(QUICK)
      assert.is_nil(done)
      assert.truthy(err.kind == "limit" or what == "leads nowhere" and err.kind == "connection", tostring(err))
      assert.equal(what:find "too large" and "too_large" or nil, err.reason)
      assert.equal(one, err.partial)
      assert.equal(#look - 1, #scene:requests())
    end)
  end

  local FAILED = { status = 500, json = { error = { message = "no" } } }

  --- Whether a wait goes on whose looks, so many seconds one after another, are
  --- answered so.
  local function is_patient(seconds, statuses)
    local one = session_of(statuses)
    local clock, sleep, now = engines.clock, wait.sleep, 1000
    engines.clock = function() -- luacheck: ignore 122
      return now
    end
    wait.sleep = function() -- luacheck: ignore 122
      now = now + seconds
      return true
    end
    local done = one:wait()
    engines.clock, wait.sleep = clock, sleep -- luacheck: ignore 122
    return done ~= nil
  end

  it("bears looks that fail for two minutes", function()
    assert.is_true(is_patient(120, { FAILED, FAILED, "idle" }))
    assert.is_false(is_patient(120.5, { FAILED, FAILED, "idle" }))
    assert.is_true(is_patient(100, { FAILED, "in_progress", FAILED, FAILED, "idle" }))
  end)

  it("waits longer and longer, up to eight seconds", function()
    local statuses, expected, seconds = {}, {}, 0.5
    for i = 1, 10 do
      statuses[i], expected[i], seconds = "in_progress", seconds, math.min(1.5 * seconds, 8)
    end
    statuses[11] = "idle"
    assert.same(expected, sleeps_of(statuses))
  end)

  it("is slower, and bears more, where the work takes hours", function()
    for kind, expected in pairs { batches = { 60, 3600 }, videos = { 8, 120 } } do
      local scene = server:scenario { replies = { { status = 503, json = {} } }, repeat_last = true }
      local client, clock, sleep, now, longest = connect.over_kept(scene), engines.clock, wait.sleep, 1000, 0
      engines.clock = function() -- luacheck: ignore 122
        return now
      end
      wait.sleep = function(_, _, seconds) -- luacheck: ignore 122
        now, longest = now + seconds, math.max(longest, seconds)
        return true
      end
      local done, err = client[kind]:wait "b"
      engines.clock, wait.sleep = clock, sleep -- luacheck: ignore 122
      assert.is_nil(done)
      assert.equal("server", err.kind)
      assert.equal(expected[1], longest)
      assert.is_true(now > 1000 + expected[2] and now <= 1000 + expected[2] + longest, tostring(now))
      scene:close()
    end
  end)

  it("bears looks as long as the program says, and none that asks for more #timed", function()
    local one, scene = session_of({ { status = 503, json = {} } }, nil, true)
    local seconds, value, err = timed(function()
      return one:wait { interval = 0.01, patience = 0.08 }
    end)
    assert.is_nil(value)
    assert.equal("server", err.kind)
    assert.equal(one, err.partial)
    assert.is_true(seconds >= 0.08 and timing.within(seconds, 1), tostring(seconds))
    assert.is_true(#scene:requests() > 2)
    one, scene = session_of { { status = 429, headers = { ["retry-after"] = "121" }, json = {} } }
    err = select(2, one:wait(QUICK))
    assert.same({ "rate_limit", 121 }, { err.kind, err.retry_after })
    assert.equal(1, #scene:requests())
  end)

  it("waits as long as it is asked to, from a tenth of a second to a minute", function()
    local function asks(milliseconds)
      return { json = session "in_progress", headers = { ["openai-poll-after-ms"] = milliseconds } }
    end
    local busy = { status = 503, headers = { ["retry-after"] = "7" } }
    assert.same({ 0.1, 0.1, 0.101, 60, 60, 0.5, 0.75, 7 }, sleeps_of { asks "1", asks "100", asks "101", asks "60000",
      asks "60001", asks "soon", asks(), busy, "idle" })
    assert.same({ 3, 3, 7 }, sleeps_of({ "in_progress", asks "1", busy, "idle" }, { interval = 3 }))
  end)

  it("looks once before it believes the object", function()
    local one, scene = session_of { "in_progress", "idle", "idle" }
    assert(one:wait(QUICK))
    assert(one:wait(QUICK))
    assert.equal(3, #scene:requests())
  end)

  it("gives a session that wants something of the program, or that is new to it", function()
    for status, expected in pairs { requires_action = "needs_action", resting = "done", idle = "done" } do
      local one, _, outcome = session_of { status }:wait(QUICK)
      assert.equal(status, assert(one).status)
      assert.equal(expected, outcome)
    end
  end)

  it("returns what has failed as an error that holds it", function()
    local one = session_of { { json = session("failed", { error = { code = "boom", message = "it broke" } }) } }
    local value, err = one:wait(QUICK)
    assert.is_nil(value)
    assert.equal("failed", err.kind)
    assert.equal("failed", err.reason)
    assert.equal("boom", err.code)
    assert.equal(one, err.partial)
    assert.equal("beta.agents.sessions.wait: it ended as 'failed': it broke",
      err.operation .. ": " .. err.message)
  end)

  it("looks again when the server says, or else less and less often #timed", function()
    local asked = { "openai-poll-after-ms", "150" }
    local one = session_of { { json = session "in_progress", headers = { asked } }, "idle" }
    local seconds = timed(function()
      return assert(one:wait())
    end)
    assert.is_true(seconds >= 0.14 and timing.within(seconds, 0.45), tostring(seconds))
    one = session_of { { json = session "in_progress", headers = { { asked[1], "0" } } }, "idle" }
    seconds = timed(function()
      return assert(one:wait())
    end)
    assert.is_true(seconds >= 0.09 and timing.within(seconds, 0.45), tostring(seconds))
    one = session_of { "in_progress", "in_progress", "idle" }
    seconds = timed(function()
      return assert(one:wait())
    end)
    assert.is_true(seconds >= 1.2 and timing.within(seconds, 2), tostring(seconds))
  end)

  it("looks as often as the program says, whatever the server asks #timed", function()
    local one = session_of { { json = session "in_progress", headers = { ["openai-poll-after-ms"] = "5000" } }, "idle" }
    local seconds = timed(function()
      return assert(one:wait(QUICK))
    end)
    assert.is_true(timing.within(seconds, 1), tostring(seconds))
  end)

  it("gives up at its time-out, in the middle of a look too #timed", function()
    local one = session_of({ "in_progress" }, nil, true)
    local seconds, value, err = timed(function()
      return one:wait { timeout = 0.2, interval = 0.03 }
    end)
    assert.is_nil(value)
    assert.equal("timeout", err.kind)
    assert.equal(one, err.partial)
    assert.truthy(err.message:find("still 'in_progress' after the timeout of 0.2 s", 1, true), err.message)
    assert.is_true(seconds >= 0.19 and timing.within(seconds, 1), tostring(seconds))
    one = session_of { { fault = "stall" } }
    seconds, value, err = timed(function()
      return one:wait { timeout = 0.2 }
    end)
    assert.is_nil(value)
    assert.equal("timeout", err.kind)
    assert.is_true(timing.within(seconds, 1), tostring(seconds))
  end)

  it("bears a look that fails for a while, and ends with one that always will", function()
    local one, scene = session_of { "in_progress", { status = 503 }, { fault = "reset" }, { status = 429 }, "idle" }
    assert.equal("idle", assert(one:wait(QUICK)).status)
    assert.equal(5, #scene:requests())
    one = session_of { "in_progress", { status = 404, json = { error = { message = "gone" } } } }
    local value, err = one:wait(QUICK)
    assert.is_nil(value)
    assert.equal("not_found", err.kind)
    assert.equal(one, err.partial)
  end)

  it("bears what cannot be read in place of the object, once that has been seen", function()
    local page = { body = "<html>Back soon</html>", headers = { ["content-type"] = "text/html" } }
    local one = session_of { "in_progress", page, { body = "" }, "idle" }
    assert.equal("idle", assert(one:wait(QUICK)).status)
    local scene
    one, scene = session_of({ page, "idle" })
    assert.equal("decode", select(2, one:wait(QUICK)).kind)
    assert.equal(1, #scene:requests())
    one = session_of { "in_progress", page, "idle" }
    assert(one:refresh()) -- seen before the wait
    assert.equal("idle", assert(one:wait(QUICK)).status)
  end)

  it("bears no look that fails where there is no patience", function()
    local one, scene = session_of { { status = 503, json = {} }, "idle" }
    assert.equal("server", select(2, one:wait { interval = 0, patience = 0 }).kind)
    assert.equal(1, #scene:requests())
  end)

  it("waits as long as a server that refuses a look asks #timed", function()
    local one = session_of { { status = 429, headers = { ["retry-after-ms"] = "200" } }, "idle" }
    local seconds = timed(function()
      return assert(one:wait(QUICK))
    end)
    assert.is_true(seconds >= 0.19, tostring(seconds))
  end)

  for _, loop in ipairs(tasks.loops) do
    it("lets other tasks go on, and can be cancelled, on the loop " .. loop, function()
      local one, _, client = session_of({ "in_progress" }, { max_retries = 0, loop = loop }, true)
      local waiting = client:spawn(function()
        return one:wait { interval = 0.05 }
      end)
      local other = client:spawn(function()
        return oai.sleep(0.1)
      end)
      assert.is_true(tasks.wait(client, loop, function()
        return other.done
      end))
      assert.is_false(waiting.done)
      waiting:cancel()
      assert.is_true(tasks.wait(client, loop, function()
        return waiting.done
      end))
      assert.equal("cancelled", waiting.err.kind)
      client:close()
    end)
  end

  it("is not waited for where on_done is given", function()
    local one, _, client = session_of({ "in_progress", "idle" }, { max_retries = 0, loop = "frame" })
    local got
    one:wait { interval = 0.02, on_done = function(value, facts)
      got = { value, facts }
    end }
    assert.is_true(tasks.wait(client, "frame", function()
      return got ~= nil
    end))
    assert.equal(one, got[1])
    assert.equal(200, got[2].status)
    client:close()
  end)

  it("is cancelled where the program closes the client when it is told", function()
    local one, _, client = session_of { "in_progress" }
    local value, err = one:wait { interval = 0.005, on_progress = function()
      client:close()
    end }
    assert.is_nil(value)
    assert.same({ "cancelled", "closed", one }, { err.kind, err.reason, err.partial })
  end)

  it("says of the time that is up what has made the last look fail", function()
    local one = session_of { { status = 503, json = { error = { message = "busy" } },
      headers = { ["retry-after"] = "9" } } }
    local _, err = one:wait { timeout = 0.5 }
    assert.same({ "timeout", "server" }, { err.kind, err.cause.kind })
    assert.truthy(err.message:find(", and the last look has failed: busy", 1, true), err.message)
    _, err = session_of({ "in_progress" }, nil, true):wait { timeout = 0.2, interval = 0.05 }
    assert.is_nil(err.cause)
    assert.truthy(err.message:find "^it was still 'in_progress' after the timeout of 0.2 s$", err.message)
  end)

  it("takes what an object has said for its end where there is no time to look", function()
    local one = session_of({ "idle" }, nil, true)
    assert(one:wait(QUICK))
    assert.same({ one, nil, "done" }, { one:wait { timeout = 0 } })
    local scene = session_of({ { fault = "stall" } }, nil, true)
    scene.status = "failed"
    local _, err = scene:wait { timeout = 0.05 }
    assert.same({ "failed", "failed" }, { err.kind, err.reason })
  end)

  it("tells of wrong options at the program's line", function()
    local one = session_of {}
    for message, options in pairs {
      ["option 'interval' must be a number of seconds from 0 on, got -1"] = { interval = -1 },
      ["option 'timeout' must be a number of seconds from 0 on, got string"] = { timeout = "1" },
      ["option 'on_progress' must be a function, got boolean"] = { on_progress = true },
      ["option 'on_event' cannot be given here: there are no events"] = { on_event = print },
      ["unknown option 'timeuot'; did you mean 'timeout'?"] = { timeuot = 1 },
      ["option 'save_to' cannot be given here: it belongs to a single call"] = { save_to = "x" },
      ["the options must be a table, got number"] = 5,
    } do
      local _, err = pcall(function()
        one:wait(options)
      end)
      assert.truthy(err:find("^spec/poll/init_spec%.lua:%d+: oai: beta%.agents%.sessions%.wait: "), err)
      assert.truthy(err:find(message, 1, true), err)
    end
  end)

  it("tells of options that are not the first argument, and of a dot", function()
    local one = session_of {}
    for message, call in pairs {
      ["wait: one argument too many: the options come first"] = function() one:wait(nil, { timeout = 1 }) end,
      ["a method of beta.agents.sessions: call it with a colon"] = function() one.wait { timeout = 1 } end,
    } do
      local _, err = pcall(call)
      assert.truthy(err:find("^spec/poll/init_spec%.lua:%d+: oai: "), err)
      assert.truthy(err:find(message, 1, true), err)
    end
  end)
end)
