-- Conversations within the loops of hosts: in a task, and in a coroutine of the
-- host's own. What is the same everywhere is in connection_spec.lua.

local conversation = require "spec.support.conversation"
local host = require "spec.support.host"
local server = require("spec.support.server").start()

local TALK = { steps = {}, on = { ["ask"] = { { send = { type = "answer", n = "{{event:n}}" } } },
  ["bye"] = { { close = 1000 } } } }
local CUT = { steps = { { send = { type = "first" } }, { await = true }, { reset = true } } }

local PRELUDE = [[
  local conversation = require "spec.support.conversation"
  local ended = false
  local function open(options)
    return assert(conversation.open(client, options))
  end
]]

-- Two tasks talk while one reads; then it is closed from outside of any.
local TALKING = PRELUDE .. [[
  local connection, seen = nil, {}
  local function talk()
    connection = open()
    local first = client:spawn(function()
      for n = 1, 3 do
        assert(connection:send { type = "ask", n = n })
      end
    end)
    local event = connection:next(10)
    while #seen < 2 do
      seen[#seen + 1] = event.type .. event.n
      event = connection:next(10)
    end
    seen[#seen + 1] = event.type .. event.n
    assert(first:await() == nil)
    local _, err = connection:next(0.02)
    seen[#seen + 1] = err.kind
    assert(connection:send { type = "bye" })
    seen[#seen + 1] = tostring(connection:next(10)) .. " " .. connection.status
    ended = true
  end
  after(0, function()
    %s
  end)
  run(function() return ended end)
  say(table.concat(seen, ", "))
  client:close()
]]

-- What is made again, and is restored, before what waits.
local AGAIN = PRELUDE .. [[
  local said = {}
  local function talk()
    local connection
    connection = open { initial_delay = 0.01, max_delay = 0.01,
      on_reconnecting = function(told)
        assert(connection:send { type = "ask", n = 7 })
        said[#said + 1] = connection.status .. told.code
      end,
      on_reconnect = function(again)
        assert(again:send { type = "ask", n = 1 })
        local event = again:next(10)
        said[#said + 1] = "restored by " .. event.n
      end }
    local event = connection:next(10)
    said[#said + 1] = event.type
    connection:send "go"
    event = connection:next(10)
    said[#said + 1] = event.n
    assert(connection:close())
    said[#said + 1] = connection.status
    ended = true
  end
  after(0, function()
    %s
  end)
  run(function() return ended end)
  say(table.concat(said, ", "))
  client:close()
]]

-- Outside of tasks: it is sent and closed at once, and nothing may wait.
local OUTSIDE = PRELUDE .. [[
  local connection, said = nil, {}
  after(0, function()
    client:spawn(function()
      connection = open { max_queue_messages = 1 }
    end)
  end)
  local function outside()
    if not connection then
      after(0.005, outside)
      return
    end
    said[#said + 1] = tostring(connection:send { type = "nothing answers this" })
    local done, fault = pcall(connection.next, connection)
    said[#said + 1] = tostring(fault):match "must not be kept waiting" or tostring(done)
    said[#said + 1] = tostring(connection:close())
    local task = client:spawn(function()
      while connection.status ~= "closed" do
        oai.sleep(0.002)
      end
      said[#said + 1] = connection.status
      ended = true
    end)
  end
  after(0.005, outside)
  run(function() return ended end)
  say(table.concat(said, ", "))
  client:close()
]]

for _, name in ipairs(host.names) do
  describe("a conversation on the loop " .. name, function()
    local missing = host.missing(name)

    local function shows(what, replies, code, expected)
      it(what, function()
        if missing then
          pending(missing)
        end
        local scene = conversation.scene(server, replies)
        local output, status = host.run(name, scene, code)
        assert.equal(expected .. "\n", output)
        assert.equal(0, status)
        scene:wait_idle()
        scene:close()
      end)
    end

    local starts = { ["a task"] = "client:spawn(talk)", ["a coroutine"] = name ~= "uv" and "go(talk)" or nil }
    for where, start in pairs(starts) do
      shows("goes on in " .. where, { TALK }, TALKING:format(start),
        "answer1, answer2, answer3, timeout, nil closed")
      shows("is made again in " .. where, { CUT, TALK }, AGAIN:format(start),
        "first, reconnecting1006, restored by 1, 7, closed")
    end
    if name == "uv" then
      shows("is sent to and closed outside of tasks", { TALK }, OUTSIDE,
        "true, must not be kept waiting, true, closed")
    end
  end)
end

describe("a conversation on a loop of the program's own", function()
  it("goes on", function()
    local core = require "oai.core"
    local connect = require "spec.support.connect"
    local own = require("spec.support.round_robin").new()
    local scene = conversation.scene(server, { TALK })
    local client = connect.to(scene, { loop = { wait = own.wait, sleep = own.sleep, worker = false } })
    local connection, seen = nil, {}
    own.run(coroutine.create(function()
      connection = assert(conversation.open(client))
      local event = connection:next(10)
      while event do
        seen[#seen + 1] = event.n
        event = connection:next(10)
      end
    end), coroutine.create(function()
      while not connection do
        own.sleep({ step = function() end, clock = core.clock }, 0.001)
      end
      for n = 1, 3 do
        assert(connection:send { type = "ask", n = n })
      end
      connection:send { type = "bye" }
      assert(connection:drain(10))
    end))
    assert.same({ 1, 2, 3 }, seen)
    assert.equal("closed", connection.status)
    client:close()
    scene:close()
  end)
end)

describe("a conversation that a game looks at, frame by frame", function()
  local connect = require "spec.support.connect"
  local core = require "oai.core"

  --- The connection of a scene, opened without waiting, and its client, whose frames are the spec's.
  local function open(scene, options)
    local client = connect.to(scene, { loop = "frame", max_retries = 0 })
    options.wait = false
    local opening = conversation.open(client, options)
    local limit = core.clock() + 10
    while not opening.done and core.clock() < limit do
      client:update()
    end
    return assert(opening.value, opening.err), client
  end

  --- Looks in each frame until there is an event, or an error that is more than that there is none.
  local function look(connection, client)
    local event, err
    local limit = core.clock() + 10
    repeat
      client:update()
      event, err = connection:next(0)
    until event or not err or err.reason ~= "next" or core.clock() > limit
    return event, err
  end

  it("is asked outside of tasks whether all has gone out, without waiting", function()
    local scene = conversation.scene(server, { { steps = { { deaf = 60 } } } })
    local connection, client = open(scene, { max_queue_bytes = 1e9 })
    assert.is_true(connection:drain(0))
    assert.is_true(connection:send(("x"):rep(16000000)))
    local drained, err = connection:drain(0)
    assert.same({ nil, "timeout", "drain" }, { drained, err.kind, err.reason })
    client:close()
    scene:close()
  end)

  it("is read outside of tasks, without waiting", function()
    local scene = conversation.scene(server, { TALK })
    local connection, client = open(scene, {})
    local event, err = connection:next(0)
    assert.same({ nil, "timeout", "next" }, { event, err.kind, err.reason })
    assert.has_error(function() connection:next() end)
    assert.is_true(connection:send { type = "ask", n = 7 })
    assert.equal(7, look(connection, client).n)
    assert.is_true(connection:send { type = "bye" })
    assert.same({ nil, nil }, { look(connection, client) })
    assert.equal("closed", connection.status)
    client:close()
    scene:close()
  end)

  it("is made again meanwhile", function()
    local scene = conversation.scene(server, { CUT, TALK })
    local told
    local connection, client = open(scene, { initial_delay = 0, on_reconnect = function(_, what) told = what end })
    assert.equal("first", look(connection, client).type)
    assert.is_true(connection:send { type = "ask", n = 1 })
    local limit = core.clock() + 10
    repeat
      assert(core.clock() < limit, "it is not made again")
      client:update()
      connection:next(0)
    until told
    assert.equal(1006, told.code)
    assert.is_true(connection:send { type = "ask", n = 2 })
    assert.equal(2, look(connection, client).n)
    client:close()
    scene:close()
  end)

  it("is over when the other side gives no sign of life", function()
    local scene = conversation.scene(server, { { mute = true, steps = {} } })
    local started = core.clock()
    local connection, client = open(scene, { ping_interval = 0.01, ping_timeout = 0.05 })
    local event, err = look(connection, client)
    assert.same({ nil, "timeout" }, { event, err.kind })
    assert.are_not.equal("next", err.reason)
    assert.is_true(core.clock() - started >= 0.055)
    client:close()
    scene:close()
  end)
end)
