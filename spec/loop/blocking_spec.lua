-- Waiting in a plain script: bounded steps, so that an interrupt is seen at
-- once whatever the server does.

local blocking = require "oai.loop.blocking"
local child = require "spec.support.child"
local core = require "oai.core"
local drive = require "spec.support.drive"
local server = require("spec.support.server").start { tls = true }
local timing = require "spec.support.timing"

local AT_ONCE = 0.2 -- seconds, promised
local SLACK = 0.3 -- for the shell that sends the signal

describe("the blocking loop", function()
  local engine

  before_each(function()
    engine = core.engine { worker = blocking.worker }
  end)

  after_each(function()
    engine:close()
  end)

  it("is stepped", function()
    assert.equal("blocking", blocking.name)
    assert.is_nil(engine:descriptor())
  end)

  it("waits in short steps", function()
    local started = core.clock()
    assert.is_true(blocking.wait(engine, nil, core.clock() + 10))
    assert.is_true(core.clock() - started < 5)
  end)

  it("says when the time is up", function()
    assert.is_false(blocking.wait(engine, nil, core.clock()))
    assert.is_false(blocking.wait(engine, nil, core.clock() - 1))
    local deadline, count = core.clock() + 0.15, 0
    while blocking.wait(engine, nil, deadline) do
      count = count + 1
    end
    assert.is_true(core.clock() >= deadline)
    assert.is_true(count >= 1 and count < 50, count)
  end)

  it("waits for ever where there is no deadline", function()
    assert.is_true(blocking.wait(engine, nil, math.huge))
  end)

  it("sleeps while transfers go on #timed", function()
    local scene = server:scenario { replies = { { body = "hello" } } }
    local exchange = drive.exchange(scene)
    engine:start(exchange)
    local started = core.clock()
    blocking.sleep(engine, 0.3)
    local took = core.clock() - started
    assert.is_true(took >= 0.29 and took < 5, took)
    assert.is_true((exchange:outcome()))
    blocking.sleep(engine, 0)
    blocking.sleep(engine, -1)
  end)
end)

describe("Ctrl-C", function()
  local PRELUDE = [[
    local oai, core = require "oai", require "oai.core"
    local client = oai.client { api_key = "sk-spec", base_url = %q, ca_file = %q }
    print(pid())
    local done, message = pcall(function()
      %s
    end)
    print(("%%.6f"):format(core.clock()), done, message)
    client:close()
  ]]

  for _, case in ipairs {
    { name = "a call on a server that stalls", reply = { fault = "stall" },
      code = "client.models:list()" },
    { name = "a call on a body that stalls", reply = { steps = { { write = "{" }, { stall = true } } },
      code = "client.models:list()" },
    { name = "a stream that stalls", reply = { headers = { ["content-type"] = "text/event-stream" },
      steps = { { write = ": hello\n\n" }, { stall = true } } },
      code = "client.chat.completions:create { stream = true }:final()" },
    { name = "a wait before another attempt", reply = { status = 503, headers = { ["retry-after"] = "50" } },
      code = "client.models:list()" },
    { name = "tasks", reply = { fault = "stall" },
      code = "client:spawn(client.models.list, client.models) client:spawn(function() end) client:run()" },
    { name = "the wait for a task", reply = { fault = "stall" },
      code = "client:spawn(client.models.list, client.models):await()" },
    { name = "a call over TLS", reply = { fault = "stall" }, code = "client.models:list()", listener = "https" },
  } do
    it("ends #timed " .. case.name, function()
      local scene = server:scenario { replies = { case.reply } }
      local program = child.start(PRELUDE:format(scene:base_url_on(case.listener or "http"), server.ca_file, case.code))
      local pid = program:line()
      scene:wait(function(journal)
        return journal.requests_total == 1
      end)
      require("socket").sleep(0.15)
      local sent = core.clock()
      child.signal(pid, "INT")
      local seen, done, message = program:line():match("^(%S+)\t(%S+)\t(.*)$")
      local _, status = program:finish()
      assert.equal("false", done)
      assert.truthy(message:find("interrupted!", 1, true), message)
      local took = tonumber(seen) - sent
      assert.is_true(timing.within(took, AT_ONCE + SLACK), "took " .. took)
      assert.equal(0, status)
      scene:wait_idle()
    end)
  end
end)
