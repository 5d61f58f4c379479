-- The worker's own side: its thread, its one descriptor, and what a host that
-- watches the descriptor sees.

local core = require "oai.core"
local drive = require "spec.support.drive"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"

describe("a worker", function()
  local engine

  before_each(function()
    engine = core.engine { worker = true }
  end)

  after_each(function()
    engine:close()
  end)

  it("has a thread and a descriptor", function()
    assert.equal("oai.core.engine (worker)", tostring(engine))
    assert.is_true(engine:descriptor() > 2)
    local stepped = core.engine {}
    assert.is_nil(stepped:descriptor())
    assert.equal("oai.core.engine (stepped)", tostring(stepped))
    stepped:close()
    local threads = process.threads()
    local other = core.engine { worker = true }
    assert.equal(threads + 1, process.threads())
    other:close()
    assert.equal(threads, process.threads())
  end)

  it("works while the host does something else", function()
    local scene = server:scenario { replies = { { body = "hello" } } }
    local exchange = drive.exchange(scene)
    engine:start(exchange)
    scene:wait(function(journal)
      return journal.requests[1] and journal.requests[1].outcome == "complete"
    end)
    assert.is_true(drive.is_readable(engine, 10))
    assert.is_true(drive.finish(engine, exchange))
    assert.equal("hello", exchange:read())
  end)

  it("tells once of what is new, and is silent else", function()
    local scene = server:scenario { replies = { { steps = { { write = "a" }, { wait = 0.3 }, { write = "b" } } } } }
    local exchange = drive.exchange(scene)
    assert.is_false(drive.is_readable(engine, 0))
    engine:start(exchange)
    drive.wait(engine, function()
      return exchange:read() == "a"
    end)
    engine:step(0)
    assert.is_false(drive.is_readable(engine, 0.05))
    assert.is_true(drive.is_readable(engine, 10))
    engine:step(0)
    assert.is_true(drive.finish(engine, exchange))
    assert.equal("b", exchange:read())
    engine:step(0)
    assert.is_false(drive.is_readable(engine, 0.05))
  end)

  it("tells of a failure", function()
    local exchange = core.exchange(core.plan { method = "GET" }, "http://127.0.0.1:1/")
    engine:start(exchange)
    assert.is_true(drive.is_readable(engine, 10))
    local complete, kind = drive.finish(engine, exchange)
    assert.is_false(complete)
    assert.equal("connection", kind)
  end)

  it("waits no longer than it is told #timed", function()
    local started = core.clock()
    engine:step(0.1)
    local took = core.clock() - started
    assert.is_true(took >= 0.09 and took < 5, took)
  end)

  it("holds a stream back that nobody reads, and lets it go on", function()
    local size = 8 * 1024 * 1024
    local scene = server:scenario { replies = { { headers = { ["content-type"] = "text/event-stream" },
      steps = { { fill = size } } } } }
    local exchange = drive.exchange(scene, { sink = "stream" })
    engine:start(exchange)
    drive.wait(engine, function()
      return exchange:status()
    end)
    socket.sleep(0.2)
    local _, _, received = exchange:progress()
    assert.is_true(received < 1024 * 1024, received)
    local total = 0
    drive.wait(engine, function()
      local bytes = exchange:read()
      total = total + (bytes and #bytes or 0)
      return exchange:outcome() ~= nil and not bytes
    end)
    assert.equal(size, total)
    assert.is_true((exchange:outcome()))
  end)

  it("serves many hosts in one process", function()
    local scene = server:scenario { replies = { { body = "x", delay = 0.05 } }, repeat_last = true }
    local engines, exchanges = {}, {}
    for i = 1, 8 do
      engines[i], exchanges[i] = core.engine { worker = true }, drive.exchange(scene)
      engines[i]:start(exchanges[i])
    end
    for i = 1, 8 do
      assert.is_true(drive.finish(engines[i], exchanges[i]))
      engines[i]:close()
    end
    scene:wait_idle()
  end)

  it("may be asked for anything in any order", function()
    local scene = server:scenario { replies = { { body = "x", delay = 0.001 } }, repeat_last = true }
    for i = 1, 60 do
      local exchange = drive.exchange(scene, { sink = i % 2 == 0 and "stream" or "body" })
      engine:start(exchange)
      if i % 3 == 0 then
        engine:drain(exchange)
      end
      if i % 4 == 0 then
        engine:stop(exchange)
      end
      if i % 5 == 0 then
        exchange:close()
      else
        drive.finish(engine, exchange)
      end
    end
    engine:close()
    scene:wait_idle()
  end)
end)
