-- Which exchanges have something for their reader: engine:ready, on both
-- drives; and the alarm, that tells a worker's host of a time.

local core = require "oai.core"
local drive = require "spec.support.drive"
local server = require("spec.support.server").start { tls = true }

local SSE = { ["content-type"] = "text/event-stream" }

--- All that is listed, in its order.
local function taken(engine)
  local list, all = {}, {}
  repeat
    local count = engine:ready(list)
    for i = 1, count do
      all[#all + 1] = list[i]
    end
  until count == 0
  return all
end

--- Steps until something is listed; what it is.
local function await_news(engine)
  local all
  drive.wait(engine, function()
    all = taken(engine)
    return all[1] ~= nil
  end)
  return all
end

for _, kind in ipairs(drive.kinds) do
  describe("engine:ready, " .. kind.name, function()
    local engine

    before_each(function()
      engine = drive.engine(kind)
    end)

    after_each(function()
      engine:close()
    end)

    it("lists nothing where nothing has come", function()
      assert.equal(0, engine:ready({}))
      local scene = server:scenario { replies = { { fault = "stall" } } }
      engine:start(drive.exchange(scene))
      engine:step(0.05)
      assert.equal(0, engine:ready({}))
    end)

    it("needs a list", function()
      assert.has_error(function()
        engine:ready()
      end)
    end)

    it("lists an exchange that has ended, once", function()
      local scene = server:scenario { replies = { { body = "hello" } } }
      local exchange = drive.exchange(scene)
      assert.is_number(exchange:id())
      engine:start(exchange)
      assert.same({ exchange:id() }, await_news(engine))
      assert.is_true((exchange:outcome()))
      assert.same({}, taken(engine))
      engine:step(0.02)
      assert.same({}, taken(engine))
    end)

    it("lists a failure", function()
      local exchange = core.exchange(core.plan { method = "GET" }, "http://127.0.0.1:1/")
      engine:start(exchange)
      assert.same({ exchange:id() }, await_news(engine))
      assert.is_false((exchange:outcome()))
    end)

    it("lists a stream when more of it has come, and a plain reply at its end alone", function()
      local steps = { { write = "data: 1\n\n" }, { wait = 0.15 }, { write = "data: 2\n\n" } }
      local scene = server:scenario { replies = { { headers = SSE, steps = steps } }, repeat_last = true }
      local plain, stream = drive.exchange(scene), drive.exchange(scene, { sink = "stream" })
      engine:start(plain)
      engine:start(stream)
      local seen = { [plain:id()] = 0, [stream:id()] = 0 }
      drive.wait(engine, function()
        for _, id in ipairs(taken(engine)) do
          seen[id] = seen[id] + 1
        end
        return plain:outcome() ~= nil and stream:outcome() ~= nil
      end)
      for _, id in ipairs(taken(engine)) do
        seen[id] = seen[id] + 1
      end
      assert.equal(1, seen[plain:id()])
      assert.is_true(seen[stream:id()] >= 2 and seen[stream:id()] <= 5, seen[stream:id()])
    end)

    it("lists each once, however much has come, in the order it came", function()
      local scene = server:scenario { replies = {
        { headers = SSE, delay = 0.1, steps = { { ["repeat"] = 20, write = "data: 1\n\n", every = 0.002 } } },
        { headers = SSE, steps = { { ["repeat"] = 20, write = "data: 1\n\n", every = 0.002 } } },
      } }
      local one, two = drive.exchange(scene, { sink = "stream" }), drive.exchange(scene, { sink = "stream" })
      engine:start(one)
      drive.wait(engine, function()
        return scene:journal().requests_total == 1
      end)
      engine:start(two)
      drive.wait(engine, function()
        return one:outcome() ~= nil and two:outcome() ~= nil
      end)
      assert.same({ two:id(), one:id() }, taken(engine))
    end)

    it("lists more than fit into one answer", function()
      local scene = server:scenario { replies = { { body = "x" } }, repeat_last = true }
      local count, expected = 300, {}
      local exchanges = {}
      for i = 1, count do
        exchanges[i] = drive.exchange(scene)
        expected[exchanges[i]:id()] = true
        engine:start(exchanges[i])
      end
      drive.wait(engine, function()
        for _, exchange in ipairs(exchanges) do
          if exchange:outcome() == nil then
            return false
          end
        end
        return true
      end)
      local list = { [129] = "untouched" }
      assert.equal(128, engine:ready(list))
      assert.equal("untouched", list[129])
      local left = taken(engine)
      assert.equal(count - 128, #left)
      for _, part in ipairs { list, left } do
        for _, id in ipairs(part) do
          expected[id] = nil
        end
      end
      assert.is_nil(next(expected))
    end)

    it("does not list what nobody can read any more", function()
      local scene = server:scenario { replies = { { body = "x" } }, repeat_last = true }
      local closed, dropped, kept = drive.exchange(scene), drive.exchange(scene), drive.exchange(scene)
      for _, exchange in ipairs { closed, dropped, kept } do
        engine:start(exchange)
      end
      drive.wait(engine, function()
        return closed:outcome() ~= nil and dropped:outcome() ~= nil and kept:outcome() ~= nil
      end)
      closed:close()
      dropped = nil -- luacheck: ignore 311
      local all
      for _ = 1, 20 do
        collectgarbage()
        collectgarbage()
      end
      all = taken(engine)
      assert.equal(kept:id(), all[#all])
      assert.is_true(#all <= 2) -- LuaJIT may still see the dropped one
    end)

    it("lists one that is stopped, also before it went out", function()
      local scene = server:scenario { replies = { { fault = "stall" } }, repeat_last = true }
      local exchange = drive.exchange(scene)
      engine:start(exchange)
      engine:stop(exchange)
      assert.same({ exchange:id() }, await_news(engine))
      local complete, reason = exchange:outcome()
      assert.is_false(complete)
      assert.equal("cancelled", reason)
      exchange = drive.exchange(scene)
      engine:start(exchange)
      engine:step(0.05)
      engine:stop(exchange)
      assert.same({ exchange:id() }, await_news(engine))
    end)

    it("does not wake anybody for a stream that is drained", function()
      local scene = server:scenario { replies = { { headers = SSE, steps = { { write = "data: 1\n\n" }, { wait = 0.1 },
        { write = "data: 2\n\n" } } } } }
      local exchange = drive.exchange(scene, { sink = "stream" })
      engine:start(exchange)
      drive.wait(engine, function()
        return exchange:read() ~= nil
      end)
      engine:drain(exchange)
      exchange:close()
      engine:step(0)
      taken(engine)
      if kind.worker then
        assert.is_false(drive.is_readable(engine, 0.2))
      else
        engine:step(0.2)
      end
      assert.same({}, taken(engine))
    end)

    it("is nothing to a closed engine", function()
      engine:close()
      assert.has_error(function()
        engine:ready({})
      end)
    end)

    it("loses nothing while exchanges come and go", function()
      local scene = server:scenario { replies = { { body = "x" } }, repeat_last = true, journal = false }
      local open, ended, started = {}, 0, 0
      drive.wait(engine, function()
        while started < 400 and started - ended < 40 do
          started = started + 1
          local exchange = drive.exchange(scene)
          open[exchange:id()] = exchange
          engine:start(exchange)
          if started % 7 == 0 then
            open[exchange:id()] = nil
            ended = ended + 1
            exchange:close()
          end
        end
        for _, id in ipairs(taken(engine)) do
          if open[id] and open[id]:outcome() ~= nil then
            open[id]:close()
            open[id] = nil
            ended = ended + 1
          end
        end
        return ended == 400
      end)
      assert.is_nil(next(open))
    end)
  end)
end

describe("engine:alarm", function()
  local engine

  before_each(function()
    engine = core.engine { worker = true }
  end)

  after_each(function()
    engine:close()
  end)

  --- Seconds until the descriptor is readable, which is then taken.
  local function seconds_until_told()
    local started = core.clock()
    assert.is_true(drive.is_readable(engine, 10))
    engine:step(0)
    return core.clock() - started
  end

  it("makes the descriptor readable at its time, once", function()
    engine:alarm(0.1)
    assert.is_false(drive.is_readable(engine, 0.05))
    assert.is_true(seconds_until_told() < 5)
    assert.is_false(drive.is_readable(engine, 0.1))
  end)

  it("of 0 is now, and leaves the other", function()
    engine:alarm(1.5)
    engine:alarm(0)
    assert.is_true(seconds_until_told() < 1)
    assert.is_true(seconds_until_told() > 0.1)
    engine:alarm(-1)
    assert.is_true(drive.is_readable(engine, 0))
  end)

  it("replaces the one before: a later one", function()
    engine:alarm(0.05)
    engine:alarm(0.3)
    assert.is_true(seconds_until_told() > 0.2)
  end)

  it("replaces the one before: a sooner one", function()
    engine:alarm(5)
    engine:alarm(0.05)
    assert.is_true(seconds_until_told() < 4)
    assert.is_false(drive.is_readable(engine, 0.05))
  end)

  it("replaces one that has just passed", function()
    for _ = 1, 200 do
      engine:alarm(0.0005)
      local limit = core.clock() + 0.0005
      while core.clock() < limit do end
      engine:step(0)
      engine:alarm(0.002)
      repeat
        assert(drive.is_readable(engine, 1), "an alarm was lost")
        engine:step(0)
      until core.clock() >= limit + 0.001
    end
  end)

  it("is told beside news", function()
    local scene = server:scenario { replies = { { body = "x", delay = 0.02 } }, repeat_last = true }
    local exchange = drive.exchange(scene)
    engine:start(exchange)
    engine:alarm(0.15)
    drive.finish(engine, exchange)
    engine:step(0)
    assert.is_true(seconds_until_told() < 5)
  end)

  it("may be far away, and is then none", function()
    engine:alarm(1e300)
    assert.is_false(drive.is_readable(engine, 0.05))
  end)

  it("is nothing where the program steps", function()
    local stepped = core.engine {}
    stepped:alarm(0.1)
    stepped:alarm(0)
    stepped:close()
    assert.has_error(function()
      stepped:alarm(1)
    end)
  end)
end)

describe("engine:is_foreign", function()
  it("is false in the process that made it", function()
    for _, kind in ipairs(drive.kinds) do
      local engine = drive.engine(kind)
      assert.is_false(engine:is_foreign())
      engine:close()
      assert.is_false(engine:is_foreign())
    end
  end)
end)
