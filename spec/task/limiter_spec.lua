-- How many calls of tasks go out, and when: against a server that enforces
-- its limits.

local connect = require "spec.support.connect"
local oai = require "oai"
local round_robin = require "spec.support.round_robin"
local server = require("spec.support.server").start()
local socket = require "socket"
local tasks = require "spec.support.tasks"
local timing = require "spec.support.timing"

local unpack = table.unpack or unpack -- luacheck: ignore

local MODEL = { json = { id = "m", object = "model" } }
local VECTOR = {
  json = { object = "list", data = { { index = 0, embedding = { 1 } } }, usage = { total_tokens = 9 } },
}

local function clock()
  return require("oai.core").clock()
end

local function scene_with(reply, limit)
  return server:scenario { replies = { reply }, repeat_last = true, limit = limit, journal = false }
end

--- Seconds that so many calls take, and how many of them were refused.
local function run(scene, client, count, call)
  local started = clock()
  local results, err = client:map(tasks.numbers(count), call, { concurrency = 32 })
  assert(results, tostring(err))
  assert.equal(count, #results)
  return clock() - started, scene:journal().refused
end

local function retrieve(client)
  return function()
    local model, err = client.models:retrieve "m"
    return model and model.id, err
  end
end

describe("a server's rate limit #timed", function()
  it("of requests is used up and not overstepped", function()
    local scene = scene_with(MODEL, { requests = 100, minute = 1 })
    local client = connect.to(scene)
    local seconds, refused = run(scene, client, 300, retrieve(client))
    assert.is_true(seconds >= 1.9, "too fast: " .. seconds)
    assert.is_true(timing.within(seconds, 3.5), "too slow: " .. seconds)
    assert.is_true(refused <= 15, refused .. " refused")
    client:close()
  end)

  it("of tokens is used up and not overstepped", function()
    local scene = scene_with(VECTOR, { requests = 100000, tokens = 4000, minute = 1 })
    local client = connect.to(scene)
    local seconds, refused = run(scene, client, 120, function(i)
      return #assert(client.embeddings:create { model = "e", input = ("x"):rep(380 + i % 20) }).data
    end) -- about 107 tokens each: 12,800
    assert.is_true(seconds >= 2, "too fast: " .. seconds)
    assert.is_true(timing.within(seconds, 4), "too slow: " .. seconds)
    assert.is_true(refused <= 10, refused .. " refused")
    client:close()
  end)

  it("is kept to at a thousand calls a second, whatever is rounded", function()
    local scene = scene_with(VECTOR, { requests = 100000, tokens = 2000, minute = 0.2 })
    local client = connect.to(scene):with { max_retries = 20 }
    local seconds, refused = run(scene, client, 1500, function(i)
      return #assert(client.embeddings:create { model = "e", input = "word " .. i }).data
    end) -- some 8 tokens each: 12,500, of which 2,000 are there, and 10,000 a second
    assert.is_true(seconds >= 0.9, "too fast: " .. seconds)
    assert.is_true(refused <= 15, refused .. " refused")
    client:close()
  end)

  it("that comes back at once is waited for", function()
    local scene = scene_with(MODEL, { requests = 100, minute = 1, window = true })
    local client = connect.to(scene):with { max_retries = 5 }
    local seconds, refused = run(scene, client, 250, retrieve(client))
    assert.is_true(seconds >= 1 and timing.within(seconds, 4), seconds .. " s")
    assert.is_true(refused <= 80, refused .. " refused")
    client:close()
  end)

  it("does not matter outside of tasks", function()
    local scene = scene_with(MODEL, { requests = 2, minute = 600 })
    local client = connect.to(scene, { max_retries = 0 })
    assert(client.models:retrieve "m")
    assert(client.models:retrieve "m")
    local _, err = client.models:retrieve "m"
    assert.equal("rate_limit", err.kind)
    client:close()
  end)

  --- Frames of 10 ms until a hundred calls are done.
  local function frames_of(scene)
    local client, frames, done = connect.to(scene, { loop = "frame" }), 0, 0
    for _ = 1, 100 do
      client.models:retrieve("m", nil, { on_done = function()
        done = done + 1
      end })
    end
    while done < 100 and frames < 1000 do
      client:update()
      frames = frames + 1
      socket.sleep(0.01)
    end
    assert.equal(100, done)
    client:close()
    return frames
  end

  it("that a server has none of holds nobody from frame to frame", function()
    local frames = frames_of(scene_with(MODEL))
    assert.is_true(frames < 60, frames .. " frames")
  end)

  it("that is far off holds nobody from frame to frame", function()
    local frames = frames_of(scene_with({ json = MODEL.json, headers = {
      ["x-ratelimit-limit-requests"] = "10000", ["x-ratelimit-remaining-requests"] = "9990",
      ["x-ratelimit-reset-requests"] = "60ms", ["x-ratelimit-limit-tokens"] = "1000000",
      ["x-ratelimit-remaining-tokens"] = "990000", ["x-ratelimit-reset-tokens"] = "600ms",
    } }))
    assert.is_true(frames < 60, frames .. " frames")
  end)

  it("is not looked at with limit_rate = false", function()
    local scene = scene_with(MODEL, { requests = 5, minute = 600 })
    local client = connect.to(scene, { max_retries = 0, limit_rate = false })
    local _, err = client:map(tasks.numbers(20), retrieve(client))
    assert.truthy(tostring(err):find("rate_limit", 1, true))
    client:close()
  end)

  it("keeps a call no longer than its deadline", function()
    local scene = scene_with(MODEL, { requests = 4, minute = 600 })
    local client = connect.to(scene)
    local late = 0
    local started = clock()
    local _, failure = client:map(tasks.numbers(8), function()
      local model, err = client.models:retrieve("m", nil, { total_timeout = 0.5 })
      if not model then
        assert.equal("timeout", err.kind)
        assert.matches("total timeout of 0.5 s", err.message, 1, true)
        late = late + 1
      end
      return true
    end)
    assert.is_nil(failure)
    assert.equal(4, late)
    assert.is_true(clock() - started < 3)
    client:close()
  end)

  it("lets a cancelled task go, and the others on", function()
    local scene = scene_with(MODEL, { requests = 20, minute = 1 })
    local client = connect.to(scene)
    local list = {}
    for i = 1, 40 do
      list[i] = client:spawn(retrieve(client))
    end
    for i = 1, 40, 2 do
      list[i]:cancel()
    end
    for i = 2, 40, 2 do
      assert.equal("m", (list[i]:await()))
    end
    local _, err = list[39]:await()
    assert.equal("cancelled", err.kind)
    client:close()
  end)
end)

describe("a server that says only 'too many' #timed", function()
  it("gets fewer calls at a time", function()
    local replies = {}
    for i = 1, 12 do
      replies[i] = { status = 429, headers = { ["retry-after-ms"] = "50" }, json = { error = { message = "x" } } }
    end
    replies[13] = MODEL
    local scene = server:scenario { replies = replies, repeat_last = true }
    local client = connect.to(scene, { max_retries = 20 })
    local seconds = run(scene, client, 60, retrieve(client))
    assert.is_true(seconds < 10)
    client:close()
  end)
end)

describe("a call that a rate limit refuses again and again #timed", function()
  local REFUSED = { status = 429, headers = { ["retry-after-ms"] = "30" }, json = { error = { message = "too many" } } }

  --- What becomes of it beside calls that get through, or alone.
  local function outcome(options, others)
    local scene = server:scenario { repeat_last = true, routes = {
      ["GET /models/a"] = { REFUSED, REFUSED, REFUSED, REFUSED, MODEL },
      ["GET /models/b"] = { { json = MODEL.json, delay = 0.005 } },
    } }
    local client = connect.to(scene, options)
    local done, value, facts = false, nil, nil
    local task = client:spawn(function()
      value, facts = client.models:retrieve "a"
      done = true
    end)
    if others then
      client:spawn(function()
        while not done do
          assert(client.models:retrieve "b")
        end
      end)
    end
    task:await()
    client:run()
    client:close()
    return value, facts
  end

  it("goes on while it lets others through", function()
    local value, facts = outcome({ max_retries = 2 }, true)
    assert.equal("m", value and value.id)
    assert.equal(5, facts.attempts)
  end)

  it("fails when nothing gets through", function()
    local value, err = outcome({ max_retries = 2 }, false)
    assert.is_nil(value)
    assert.same({ "rate_limit", 3 }, { err.kind, err.attempts })
  end)

  it("fails at once where nothing is to be retried", function()
    local value, err = outcome({ max_retries = 0 }, true)
    assert.is_nil(value)
    assert.same({ "rate_limit", 1 }, { err.kind, err.attempts })
  end)
end)

local DAY = 86400
local AT_ONCE = 0.3 -- seconds

local function refused(headers)
  return { status = 429, headers = headers, json = { error = { message = "slow down" } } }
end

local function told(headers)
  return { json = MODEL.json, headers = headers }
end

--- The x-ratelimit-* fields of what a server says of its requests, or tokens.
local function limits(limit, remaining, reset, what)
  what = what or "requests"
  return { ["x-ratelimit-limit-" .. what] = limit, ["x-ratelimit-remaining-" .. what] = remaining,
    ["x-ratelimit-reset-" .. what] = reset }
end

for _, loop in ipairs(tasks.loops) do
  describe("pacing on the loop " .. loop, function()
    local client, scene

    --- A client for a scene of these replies to /models/m, the last of which
    --- is repeated.
    local function open(replies, options)
      scene = server:scenario { repeat_last = true, routes = {
        ["GET /models/m"] = replies, ["GET /models/hung"] = { { fault = "stall" } },
      } }
      local all = { loop = loop, max_retries = 0 }
      for name, value in pairs(options or {}) do
        all[name] = value
      end
      client = connect.to(scene, all)
      return client
    end

    after_each(function()
      client:close()
    end)

    local function get(options, id)
      return client.models:retrieve(id or "m", nil, options)
    end

    --- What a call comes to in a task of its own, and the seconds it takes.
    local function call(options, seconds)
      return tasks.run(client, loop, function()
        return get(options)
      end, seconds)
    end

    --- Several calls at once, each in a task; how many have a model, and the
    --- errors of the others.
    local function call_all(count, options, seconds)
      local good, errors, all = 0, {}, {}
      for i = 1, count do
        all[i] = client:spawn(function()
          local model, err = get(options)
          good = good + (model and 1 or 0)
          errors[#errors + 1] = not model and err or nil
        end)
      end
      tasks.wait(client, loop, function()
        return good + #errors == count
      end, seconds)
      for _, one in ipairs(all) do
        one:cancel()
      end
      return good, errors
    end

    local function assert_refused(err, seconds, says)
      assert.equal("rate_limit", oai.is_error(err) and err.kind or err)
      assert.is_near(seconds, err.retry_after, 1)
      assert.equal(0, err.attempts)
      assert.is_nil(err.status)
      assert.matches("^oai: models.retrieve: rate_limit: not sent: the server asks to wait %S+ s %(", tostring(err))
      assert.matches(says, tostring(err), 1, true)
    end

    describe("for longer than max_retry_delay", function()
      it("is an error at once, where the server asked for it", function()
        open { refused { ["retry-after"] = DAY }, MODEL }
        local _, err = call()
        assert.equal(429, err.status)
        local seconds
        _, err, seconds = call { max_retries = 2 }
        assert_refused(err, DAY, "s (retry-after), longer than max_retry_delay, 60 s (retry in 86")
        assert.is_true(timing.within(seconds, AT_ONCE), seconds .. " s")
        _, err = call { total_timeout = 10 }
        assert_refused(err, DAY, "retry-after")
        assert.equal(1, scene:journal().requests_total)
      end)

      it("is one where a date was asked for", function()
        open { refused { ["retry-after"] = "Fri, 31 Dec 9999 23:59:59 GMT" }, MODEL }
        call()
        local _, err = call()
        assert.equal("rate_limit", err.kind)
        assert.is_true(err.retry_after > 365 * DAY)
      end)

      it("is one where nothing is left for so long", function()
        open { told(limits(1, 0, "24h0m0s")) }
        assert(call())
        local _, err, seconds = call()
        assert_refused(err, DAY, "(0 of 1 requests are left), longer than max_retry_delay, 60 s")
        assert.is_true(timing.within(seconds, AT_ONCE), seconds .. " s")
        assert.equal(1, scene:journal().requests_total)
      end)

      it("is one where too little is left for the body", function()
        open { MODEL }
        local headers = limits(2, 1, "10h") -- one more is let through
        for name, value in pairs(limits(1000, 10, "5h", "tokens")) do
          headers[name] = value
        end
        scene = server:scenario { repeat_last = true, journal = false, replies = {
          { json = VECTOR.json, headers = headers },
        } }
        client:close()
        client = connect.to(scene, { loop = loop, max_retries = 0 })
        local function embed(length)
          return tasks.run(client, loop, function()
            return client.embeddings:create { model = "e", input = ("x"):rep(length) }
          end)
        end
        assert(embed(4000))
        local _, err = embed(4000)
        assert.equal("rate_limit", err.kind)
        assert.matches("10 of 1000 tokens are left", err.message, 1, true)
      end)

      it("is what max_retry_delay says", function()
        open { refused { ["retry-after"] = "1" }, MODEL }
        call()
        local _, err = call { max_retry_delay = 0.5 }
        assert_refused(err, 1, "max_retry_delay, 0.5 s")
        local model, _, seconds = call { max_retry_delay = 1 }
        assert(model)
        assert.is_true(seconds > 0.2, seconds .. " s")
      end)

      it("is no error of those who would wait, whom a deadline ends", function()
        open { refused { ["retry-after"] = "2" }, refused { ["retry-after"] = DAY }, MODEL }
        call()
        local _, err, seconds = call { total_timeout = 0.3 }
        assert.same({ "timeout", 0 }, { err.kind, err.attempts })
        assert.matches("the total timeout of 0.3 s has passed before the rate limit", err.message, 1, true)
        assert.is_true(seconds >= 0.3 and timing.within(seconds, 0.3 + AT_ONCE), seconds .. " s")
        assert.equal(1, scene:journal().requests_total)
      end)

      it("ends those who wait in line already, but the patient", function()
        open { { json = MODEL.json, delay = 0.2 }, { status = 429, delay = 0.3, headers = { ["retry-after"] = DAY },
          json = { error = { message = "tomorrow" } } } }
        local patient = client:spawn(function()
          for _ = 1, 3 do
            get { max_retry_delay = 2 * DAY }
          end
        end)
        local errors = {}
        for _ = 1, 40 do
          client:spawn(function()
            local model, err = get()
            errors[#errors + 1] = model or err
          end)
        end
        tasks.wait(client, loop, function()
          return #errors == 40
        end, 5)
        local sent = 0
        for _, err in ipairs(errors) do
          assert.equal("rate_limit", err.kind)
          sent = sent + err.attempts
        end
        assert.equal(40, #errors)
        assert.is_true(sent <= 40)
        assert.is_false(patient.done)
        patient:cancel()
      end)

      it("counts the attempts that were made", function()
        open({ refused { ["retry-after-ms"] = 300 }, MODEL }, { max_retries = 2 })
        scene:close()
        scene = server:scenario { repeat_last = true, routes = {
          ["GET /models/m"] = { refused { ["retry-after-ms"] = 300 }, MODEL },
          ["GET /models/hung"] = { refused { ["retry-after"] = DAY } },
        } }
        client:close()
        client = connect.to(scene, { loop = loop, max_retries = 2 })
        local err
        client:spawn(function()
          err = select(2, get())
        end)
        client:spawn(function()
          get({ max_retries = 0 }, "hung")
        end)
        assert(tasks.wait(client, loop, function()
          return err
        end, 5))
        assert.same({ "rate_limit", 1 }, { err.kind, err.attempts })
        assert.is_nil(err.status)
      end)

      it("is none of a queue that moves", function()
        open { MODEL }
        scene:close()
        scene = scene_with(MODEL, { requests = 20, minute = 0.5 })
        client:close()
        client = connect.to(scene, { loop = loop, max_retries = 3, max_retry_delay = 1 })
        local good, errors = call_all(80) -- 20 and 40 a second: a second and a half
        assert.equal("nil", tostring(errors[1]))
        assert.equal(80, good)
      end)
    end)

    describe("by header fields that say nothing that can be", function()
      local ODD = {
        ["limits of 0"] = limits(0, 0, "0s"),
        ["limits of 0 without a reset"] = limits("0", "0"),
        ["limits of 0 that never end"] = limits(0, 0, "240h"),
        ["limits of -1"] = limits("-1", "-1", "0"),
        ["negative limits that never end"] = limits("-5", "-5", "240h"),
        ["limits that are no numbers"] = limits("nan", "-nan", "soon"),
        ["limits without end"] = limits("inf", "-inf", "inf"),
        ["limits in hexadecimal"] = limits("0x1", "0x0", "0x10s"),
        ["limits with a comma"] = limits("1,5", "0,5", "1,5s"),
        ["limits too large"] = limits("1e308", "-1e308"),
        ["limits that are lists"] = limits("1, 1", "0, 0", "1h, 1h"),
        ["limits of no tokens"] = limits(0, 0, "0s", "tokens"),
        ["limits of -1 tokens"] = limits(-1, -1, "1h", "tokens"),
        ["no request left of one"] = limits(1, 0),
        ["no request left of ten, full at once"] = limits(10, 0, "0s"),
        ["no request left of ten, in plain seconds"] = limits(10, 0, "60"),
        ["less than no request left"] = limits(10, -3),
        ["no token left of ten"] = limits(10, 0, nil, "tokens"),
        ["a remainder alone"] = { ["x-ratelimit-remaining-requests"] = "0" },
        ["a reset alone"] = { ["x-ratelimit-reset-requests"] = "24h" },
      }
      for name, headers in pairs(ODD) do
        it(("stops nobody: %s"):format(name), function()
          open { told(headers) }
          local good, errors = call_all(12, nil, 6)
          assert.equal("nil", tostring(errors[1]))
          assert.equal(12, good)
          local model, err, seconds = call()
          assert(model, err)
          assert.is_true(timing.within(seconds, AT_ONCE), seconds .. " s")
        end)
      end

      for _, reset in ipairs { "300ms" } do
        it("lets them through one at a time: a limit of one that is back after " .. reset, function()
          open { told(limits(1, 0, reset)) }
          local started = clock()
          assert.equal(8, (call_all(8, nil, 6))) -- four before the first reply
          assert.is_true(clock() - started >= 1.1, "too fast")
          assert.is_true(timing.within(clock() - started, 3), "too slow")
        end)
      end

      for _, value in ipairs { "-5", "nan", "inf", "0", "soon", "0x10", "1e999", "Thu, 01 Jan 1970 00:00:00 GMT" } do
        it("holds nobody: retry-after: " .. value, function()
          open { refused { ["retry-after"] = value }, MODEL }
          call()
          local model, err, seconds = call()
          assert(model, err)
          assert.is_true(timing.within(seconds, AT_ONCE), seconds .. " s")
        end)
      end
    end)

    describe("forgets a call that", function()
      local function assert_goes_on(seconds)
        local model, err, elapsed = call(nil, 5)
        assert(model, tostring(err))
        assert.is_true(timing.within(elapsed, seconds or AT_ONCE), elapsed .. " s")
      end

      --- Tasks that wait: four for a reply, the others in line; and their
      --- coroutines.
      local function spawn_hung()
        local list, threads = {}, {}
        for i = 1, 10 do
          list[i] = client:spawn(function()
            threads[i] = coroutine.running()
            return get(nil, "hung")
          end)
        end
        tasks.wait(client, loop, function()
          return scene:journal().requests_total == 4
        end)
        return list, threads
      end

      --- Takes the failures of tasks, which would be told else.
      local function take_failures(list)
        for _, one in ipairs(list) do
          one:await(0)
        end
      end

      it("was cancelled", function()
        open { MODEL }
        for _, one in ipairs(spawn_hung()) do
          one:cancel()
        end
        assert_goes_on()
      end)

      it("has a coroutine that was closed", function()
        if not rawget(coroutine, "close") then
          pending "this Lua closes no coroutines"
          return
        end
        open { MODEL }
        local list, threads = spawn_hung()
        for _, one in ipairs(threads) do
          coroutine.close(one) -- luacheck: ignore 143
        end
        assert_goes_on(2)
        take_failures(list)
      end)

      it("has a coroutine that was closed while others wait behind it", function()
        if not rawget(coroutine, "close") then
          pending "this Lua closes no coroutines"
          return
        end
        open { MODEL }
        local list, threads = spawn_hung()
        local done = 0
        for _ = 1, 10 do
          client:spawn(function()
            assert(get())
            done = done + 1
          end)
        end
        for _, one in ipairs(threads) do
          coroutine.close(one) -- luacheck: ignore 143
        end
        tasks.wait(client, loop, function()
          return done == 10
        end, 4)
        assert.equal(10, done)
        take_failures(list)
      end)

      --- Has the core fail while `fn` runs.
      local function with_broken_core(fn)
        local core = require "oai.core"
        local real = core.exchange
        core.exchange = function() -- luacheck: ignore 122
          error("the core is broken", 0)
        end
        local done, err = pcall(fn)
        core.exchange = real -- luacheck: ignore 122
        assert(done, err)
      end

      it("was raised", function()
        open { MODEL }
        with_broken_core(function()
          for _ = 1, 10 do
            local _, err = client:spawn(get):await()
            assert.equal("the core is broken", err)
          end
        end)
        assert_goes_on()
      end)

      it("was raised, when its task makes another", function()
        open { MODEL }
        local model, err, elapsed = tasks.run(client, loop, function()
          with_broken_core(function()
            for _ = 1, 10 do -- more than may be under way
              assert.is_false((pcall(get)))
            end
          end)
          return get()
        end, 5)
        assert(model, tostring(err))
        assert.is_true(timing.within(elapsed, AT_ONCE), elapsed .. " s")
        assert_goes_on()
      end)

      it("was raised in a task that goes on with something else", function()
        open { MODEL }
        local list = {}
        with_broken_core(function()
          for i = 1, 10 do
            list[i] = client:spawn(function()
              assert.is_false((pcall(get)))
              client:spawn(coroutine.yield):await(5)
            end)
          end
        end)
        assert_goes_on(2)
        for _, one in ipairs(list) do
          one:cancel()
        end
      end)

      it("was raised by the log", function()
        open({ MODEL }, { log = function()
          error("in the log", 0)
        end })
        for _ = 1, 10 do
          local task = client:spawn(get)
          tasks.wait(client, loop, function()
            return task.done
          end)
          assert.equal("in the log", select(2, task:await()))
        end
        client = client:with { log = "off" }
        assert_goes_on()
      end)

      it("found nobody, or no end", function()
        open { MODEL }
        local deaf = client:with { base_url = "http://127.0.0.1:1" }
        for _ = 1, 10 do
          tasks.run(client, loop, function()
            assert.equal("connection", select(2, deaf.models:retrieve "m").kind)
            assert.equal("timeout", select(2, get({ timeout = 0.02 }, "hung")).kind)
          end)
        end
        assert_goes_on()
      end)
    end)

    it("tells the log, once, what a call waits for", function()
      local lines = {}
      open({ refused { ["retry-after"] = "1" }, MODEL }, { log = function(level, message)
        lines[#lines + 1] = level ~= "debug" and level .. ": " .. message or nil
      end })
      call()
      lines = {}
      assert.equal(2, (call_all(2)))
      assert.matches("^info: models.retrieve: waiting for the rate limit: the server asks to wait %S+ s %(retry%-a",
        lines[1])
      assert.equal("info: models.retrieve: waiting for the rate limit: 1 call is before it", lines[2])
      assert.equal(4, #lines, table.concat(lines, "\n"))
    end)

    it("lets a log make calls", function()
      local is_inside, made = false, 0
      open({ refused { ["retry-after-ms"] = "200" }, MODEL }, { log = function()
        if not is_inside then
          is_inside = true
          local model = get { log = "off" }
          made = made + (model and 1 or 0)
          is_inside = false
        end
      end })
      call()
      assert.equal(3, (call_all(3)))
      assert.is_true(made >= 1)
    end)
  end)
end

describe("pacing in a scheduler of the program's own #timed", function()
  for _, worker in ipairs { false, true } do
    it("goes on when tasks in line are cancelled, worker " .. tostring(worker), function()
      if _VERSION == "Lua 5.1" and not rawget(_G, "jit") then
        pending "PUC Lua 5.1 gives an error of a task to who resumes it"
        return
      end
      local own = round_robin.new()
      local scene = scene_with(MODEL, { requests = 10, minute = 0.5 })
      local client = connect.to(scene, { loop = { wait = own.wait, sleep = own.sleep, worker = worker } })
      local threads, list, good = {}, {}, 0
      for i = 1, 30 do
        list[i] = client:spawn(function()
          threads[i] = coroutine.running()
          coroutine.yield()
          local model = client.models:retrieve "m"
          good = good + (model and 1 or 0)
        end)
      end
      local is_cancelled
      threads[31] = coroutine.create(function()
        local limit = clock() + 0.02
        repeat
          coroutine.yield()
        until clock() >= limit
        for i = 11, 30 do
          list[i]:cancel()
        end
        is_cancelled = true
      end)
      own.run(unpack(threads))
      assert.is_true(is_cancelled)
      assert.is_true(good >= 10 and good < 30, good .. " calls")
      client:close()
    end)
  end
end)
