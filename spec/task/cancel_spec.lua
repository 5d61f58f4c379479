-- Cancelling a task: wherever it is, what it waits for ends at once, on the
-- wire too; nothing is sent again; its end is told once.

local addresses = require "spec.support.addresses"
local core = require "oai.core"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"
local timing = require "spec.support.timing"

local get, ask, arrived = addresses.get, addresses.ask, addresses.arrived

local AT_ONCE = 0.3 -- seconds until the server sees it

describe("task:cancel #timed", function()
  local client, scene

  local function open(options, more)
    scene = addresses.scene(server, more)
    client = addresses.client(scene, options)
    return client
  end

  after_each(function()
    client:close()
  end)

  --- Lets tasks go on until the journal is so.
  local function go_on_until(condition)
    scene:wait(function(journal)
      client:spawn(function() end)
      local pause = client:spawn(coroutine.yield)
      pause:await(0.005)
      pause:cancel()
      return condition(journal)
    end)
  end

  --- Cancels, and shows that the server saw it and got nothing more.
  local function cancel_on_wire(task, requests)
    local started = core.clock()
    task:cancel()
    local seen = scene:wait_idle()
    assert.is_true(timing.within(core.clock() - started, AT_ONCE), "the connection stayed open")
    for _, request in ipairs(seen.requests) do
      assert.equal("aborted", request.outcome)
    end
    socket.sleep(0.05)
    assert.equal(requests or 1, scene:journal().requests_total)
  end

  for _, name in ipairs { "stall", "half" } do
    it("in the middle of a request to /" .. name .. " closes its connection", function()
      open { max_retries = 2 }
      local result, log = nil, {}
      local task = client:spawn(function()
        local value, err = get(client, name)
        result = { value, err.kind, err.attempts }
        log[#log + 1] = "told"
        return value, err
      end)
      go_on_until(arrived(1))
      cancel_on_wire(task)
      assert.same({ nil, "cancelled", 1 }, result)
      assert.same({ "told" }, log)
      assert.is_true(task.done)
      local value, err = task:await()
      assert.is_nil(value)
      assert.equal("cancelled", err.kind)
      assert.truthy(tostring(err):find("the task was cancelled", 1, true))
    end)
  end

  it("in the middle of a stream closes its connection", function()
    open { max_retries = 2 }
    local count, stream, err = 0, nil, nil
    local task = client:spawn(function()
      stream = assert(ask(client, nil, true))
      local event
      repeat
        event, err = stream:next()
        count = count + (event and 1 or 0)
      until not event
      return stream:final()
    end)
    go_on_until(function()
      return count >= 3
    end)
    cancel_on_wire(task)
    assert.equal("cancelled", err.kind)
    assert.truthy(err.partial.choices[1].message.content:find("^word word word "))
    assert.equal("cut", stream.status)
    assert.truthy(task.value) -- what there was
  end)

  it("while an upload goes on closes its connection", function()
    open({}, { ["POST /files"] = { { json = {} } } })
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write(("x"):rep(1024 * 1024):rep(40))
    file:close()
    local task = client:spawn(function()
      return client.files:create { purpose = "batch", file = { path = path } }
    end)
    client:spawn(coroutine.yield):await(0.01)
    assert.is_false(task.done)
    task:cancel()
    os.remove(path)
    assert.equal("cancelled", task.err.kind)
    scene:wait_idle()
  end)

  it("while it sleeps before another attempt sends nothing again", function()
    open { max_retries = 2 }
    local returned
    local task = client:spawn(function()
      returned = select(2, get(client, "later"))
      return returned
    end)
    go_on_until(arrived(1))
    assert.is_nil(returned)
    task:cancel()
    assert.same({ "cancelled", 1 }, { returned.kind, returned.attempts })
    assert.is_true(task.done)
    client:run()
    socket.sleep(0.05)
    assert.equal(1, scene:journal().requests_total)
  end)

  it("while it waits for what the rate limit lets through sends nothing", function()
    open { limit_rate = true }
    local tasks = {}
    for i = 1, 6 do
      tasks[i] = client:spawn(get, client, "stall")
    end
    go_on_until(arrived(4))
    tasks[6]:cancel()
    assert.equal("cancelled", tasks[6].err.kind)
    tasks[1]:cancel()
    go_on_until(arrived(5))
    assert.is_false(tasks[5].done)
    for _, task in ipairs(tasks) do
      task:cancel()
    end
    client:run()
    assert.equal(5, scene:journal().requests_total)
  end)

  it("over HTTP/2 ends the stream alone", function()
    scene = addresses.scene(server)
    client = require("spec.support.connect").to(scene, { max_retries = 0, limit_rate = false }, "https")
    local one, other = client:spawn(get, client, "stall"), client:spawn(get, client, "slower")
    go_on_until(arrived(2))
    one:cancel()
    assert.is_true(other:await().ok)
    local journal = scene:journal()
    assert.equal(1, journal.connections_total)
    assert.equal("aborted", journal.requests[1].outcome)
  end)

  it("while it awaits another leaves the other alone", function()
    open()
    local target = client:spawn(get, client, "slow")
    local results
    local task = client:spawn(function()
      results = { target:await() }
    end)
    task:cancel()
    assert.is_nil(results[1])
    assert.equal("cancelled", results[2].kind)
    assert.is_false(target.done)
    assert.is_true(target:await().ok)
  end)

  it("makes a later call raise", function()
    open()
    local kinds = {}
    local task = client:spawn(function()
      local _, err = get(client, "stall")
      kinds[1] = err.kind
      get(client, "quick")
      kinds[2] = "not reached"
    end)
    task:cancel()
    assert.same({ "cancelled" }, kinds)
    assert.equal("cancelled", task.err.kind)
    client:run()
    assert.equal(0, scene:journal().requests_total)
  end)

  it("ends one that would wait without an end, whatever it waits for", function()
    open()
    local forever = client:spawn(coroutine.yield)
    for _, wait in ipairs { function()
      return oai.sleep(60)
    end, function()
      return forever:await()
    end } do
      local results = {}
      local task = client:spawn(function()
        for i = 1, 5 do
          results[i] = select(2, wait())
        end
      end)
      task:cancel()
      assert.is_true(task.done)
      assert.same({ "cancelled", "cancelled" }, { results[1].kind, task.err.kind })
      assert.is_nil(results[2])
    end
    forever:cancel()
  end)

  it("makes the loop over a stream raise", function()
    open()
    local raised
    local task = client:spawn(function()
      local stream = assert(ask(client, nil, true))
      local pick = stream:text()
      while true do
        local text = pick()
        raised = text or raised
      end
    end)
    go_on_until(function()
      return raised
    end)
    task:cancel()
    assert.equal("cancelled", task.err.kind)
    assert.truthy(task.err.partial)
    client:run()
  end)

  it("of the running task by itself is told to its next call, and raised by those after", function()
    open()
    local log = {}
    local task
    task = client:spawn(function()
      get(client, "quick")
      task:cancel()
      log[#log + 1] = "goes on"
      local _, err = get(client, "quick")
      log[#log + 1] = err.kind
      get(client, "quick")
    end)
    task:await()
    assert.same({ "goes on", "cancelled" }, log)
    assert.equal("cancelled", task.err.kind)
    assert.equal(1, scene:journal().requests_total)
  end)

  it("before it first waits is the same", function()
    open()
    local log, task = {}, nil
    local outer = client:spawn(function()
      task = client:spawn(function()
        local self = coroutine.running()
        assert(self)
        client:spawn(function()
          log[#log + 1] = "inner"
        end)
        return get(client, "slow")
      end)
    end)
    assert.is_true(outer.done)
    task:cancel()
    assert.equal("cancelled", task.err.kind)
    assert.equal(0, scene:journal().requests_total)
    client:run()
    assert.same({ "inner" }, log)
  end)

  it("by a task that it has spawned, which runs within it, is told to its next call", function()
    open()
    local parent, kinds = nil, {}
    parent = client:spawn(function()
      get(client, "quick")
      client:spawn(function()
        parent:cancel()
      end)
      local _, err = get(client, "stall")
      kinds[1] = err.kind
    end)
    client:run()
    assert.same({ "cancelled" }, kinds)
    assert.is_true(parent.done)
    assert.equal(1, scene:journal().requests_total)
  end)

  it("of one that cancels back ends both", function()
    open()
    local one, two
    one = client:spawn(function()
      get(client, "slow")
      two:cancel()
      return get(client, "stall")
    end)
    two = client:spawn(function()
      get(client, "stall")
      one:cancel()
    end)
    client:run()
    assert.equal("cancelled", one.err.kind)
    assert.is_true(two.done)
    scene:wait(function(journal)
      return journal.requests_total == 2 and journal.requests[2].outcome ~= "open"
    end)
  end)

  it("twice, and after the end, does nothing more", function()
    open()
    local ends = 0
    local task = get(client, "stall", { on_done = function()
      ends = ends + 1
    end })
    task:cancel()
    task:cancel()
    assert.equal(1, ends)
    local done = client:spawn(get, client, "quick")
    local value = done:await()
    done:cancel()
    assert.equal(value, done:await())
    assert.is_nil(done.err)
    client:run()
  end)

  it("of one whose reply has come already does not lose its error", function()
    open()
    local task = client:spawn(function()
      return get(client, "quick")
    end)
    client:spawn(get, client, "slow")
    scene:wait(arrived(0))
    socket.sleep(0.05)
    task:cancel()
    assert.equal("cancelled", task.err.kind)
    client:run()
  end)

  it("lets it clean up", function()
    open()
    local log = {}
    local task = client:spawn(function()
      local _, err = get(client, "stall")
      log[#log + 1] = err.kind
      log[#log + 1] = pcall(get, client, "quick")
      return "partial"
    end)
    task:cancel()
    assert.same({ "cancelled", false }, log)
    assert.equal("partial", task.value)
    assert.is_nil(task.err)
    assert.equal("partial", (task:await()))
  end)

  it("of what a task has yielded to something of its own ends it at once", function()
    open()
    local ends, thread = 0, nil
    local task = client:spawn(function()
      thread = coroutine.running()
      coroutine.yield()
      local _, err = pcall(get, client, "quick")
      return err
    end)
    local watching = client:spawn(function()
      local _, err = task:await()
      ends = ends + (err.kind == "cancelled" and 1 or 0)
    end)
    task:cancel()
    assert.is_true(task.done)
    assert.equal("cancelled", task.err.kind)
    watching:await()
    assert.equal(1, ends)
    local _, err = coroutine.resume(thread) -- it may call nothing any more
    assert.equal("dead", coroutine.status(thread))
    assert.is_nil(err)
    assert.equal("cancelled", task.err.kind)
    client:run()
    assert.equal(0, scene:journal().requests_total)
  end)

  it("within a turn that resumes it as well leaves it cancelled", function()
    open()
    local tasks, kinds = {}, {}
    for i = 1, 6 do
      tasks[i] = client:spawn(function()
        local value, err = get(client, "slow")
        for j = 1, 6 do
          if j ~= i and value then
            tasks[j]:cancel()
          end
        end
        kinds[i] = value and "value" or err.kind
      end)
    end
    client:run()
    local values = 0
    for i = 1, 6 do
      values = values + (kinds[i] == "value" and 1 or 0)
      assert.is_truthy(kinds[i])
    end
    assert.equal(1, values)
  end)

  it("of a hundred is at once #timed", function()
    open()
    local tasks = {}
    for i = 1, 100 do
      tasks[i] = client:spawn(get, client, i % 2 == 0 and "stall" or "half")
    end
    go_on_until(arrived(100))
    local started = core.clock()
    for i = 1, 100 do
      tasks[i]:cancel()
    end
    scene:wait_idle()
    assert.is_true(timing.within(core.clock() - started, 1))
    client:run()
    assert.equal(100, scene:journal().requests_total)
  end)

  it("happens at the end of a to-be-closed variable", function()
    if _VERSION < "Lua 5.4" then
      pending "there is none before Lua 5.4"
    end
    open()
    local use = assert(load([[
      local client, get = ...
      local kept
      do
        local task <close> = client:spawn(get, client, "stall")
        kept = task
      end
      return kept
    ]]))
    assert.equal("cancelled", use(client, get).err.kind)
  end)
end)
