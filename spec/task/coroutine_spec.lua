-- The coroutine of a task: resumed by somebody else, closed, within another
-- one, and what it may read.

local addresses = require "spec.support.addresses"
local answer = require "spec.support.answer"
local server = require("spec.support.server").start()

local get, ask = addresses.get, addresses.ask

local has_jit = rawget(_G, "jit") ~= nil
local yields_anywhere = _VERSION ~= "Lua 5.1" or has_jit

describe("a task's coroutine", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  it("resumed by somebody else while it waits tells them, and goes on", function()
    local thread
    local task = client:spawn(function()
      thread = coroutine.running()
      return assert(get(client, "slow")).ok
    end)
    for _ = 1, 3 do
      local resumed, message = coroutine.resume(thread, "whatever")
      assert.is_true(resumed)
      assert.equal("oai: this coroutine waits for oai, which alone may resume it", message)
      assert.is_false(task.done)
    end
    assert.is_true(task:await())
    assert.equal(1, scene:journal().requests_total)
  end)

  it("resumed by somebody else in the middle of a stream loses no event", function()
    local thread, text = nil, ""
    local task = client:spawn(function()
      thread = coroutine.running()
      local stream = assert(ask(client))
      local event = stream:next()
      while event do
        text = text .. answer.text(event)
        event = stream:next()
      end
    end)
    while not task.done do
      task:await(0.005)
      coroutine.resume(thread)
    end
    assert.equal("abcd", text)
  end)

  it("may yield to something of its own", function()
    local thread, got
    local task = client:spawn(function()
      assert(get(client, "quick"))
      thread = coroutine.running()
      got = { coroutine.yield("question") }
      return assert(get(client, "quick")).ok
    end)
    local other = client:spawn(function()
      get(client, "slow")
      local resumed, err = coroutine.resume(thread, "an", "answer")
      assert(resumed, err)
    end)
    assert.is_true(task:await())
    assert.same({ "an", "answer" }, got)
    assert.is_true(other.done)
    client:run()
  end)

  it("may have yielded when its client is waited for in vain", function()
    local task = client:spawn(function()
      get(client, "quick")
      coroutine.yield()
    end)
    local _, err = task:await(0.2)
    assert.equal("timeout", err.kind)
    local raised, message = pcall(task.await, task)
    assert.is_false(raised)
    assert.truthy(message:find("coroutine_spec.lua:%d+: oai: this waits for tasks that have yielded"), message)
  end)

  it("that ends with an error where somebody else resumed it has failed", function()
    local thread
    local task = client:spawn(function()
      thread = coroutine.running()
      coroutine.yield()
      error("broken", 0)
    end)
    coroutine.resume(thread)
    local value, err = task:await()
    assert.is_nil(value)
    assert.equal("string", type(err))
    client:run()
  end)

  it("that somebody has closed has failed", function()
    local close = rawget(coroutine, "close")
    if not close then
      pending "this Lua closes no coroutines"
    end
    local thread
    local task = client:spawn(function()
      thread = coroutine.running()
      get(client, "slow")
    end)
    close(thread)
    local _, err = task:await()
    assert.truthy(err:find("somebody else", 1, true), err)
    client:run()
  end)

  it("may use generators, also around a stream", function()
    local texts = {}
    for i = 1, 3 do
      client:spawn(function()
        local pieces = coroutine.wrap(function()
          local stream = assert(ask(client))
          local event = stream:next()
          while event do
            coroutine.yield(answer.text(event))
            event = stream:next()
          end
        end)
        texts[i] = ""
        local piece = pieces()
        while piece do
          texts[i] = texts[i] .. piece
          piece = pieces()
        end
        assert(get(client, "quick"))
      end)
    end
    client:run()
    assert.same({ "abcd", "abcd", "abcd" }, texts)
  end)

  it("may use them in many tasks at once", function()
    local count = 0
    for _ = 1, 300 do
      client:spawn(function()
        get(client, "slow") -- so that all go on at once, one within another
        local generate = coroutine.wrap(function()
          for _ = 1, 3 do
            coroutine.yield(assert(get(client, "quick")).ok)
          end
        end)
        while generate() do
          count = count + 1
        end
      end)
    end
    client:run()
    assert.equal(900, count)
  end)

  it("may await in a generator what goes on in the same turn", function()
    local tasks, sum = {}, 0
    for i = 1, 8 do
      tasks[i] = client:spawn(function()
        get(client, "slow")
        if i < 8 then
          local value = coroutine.wrap(function()
            return (tasks[i + 1]:await())
          end)()
          sum = sum + value
        end
        return 1
      end)
    end
    client:run()
    assert.equal(7, sum)
  end)

  it("is cancelled in a generator too", function()
    local kinds = {}
    local task = client:spawn(function()
      get(client, "quick")
      local generate = coroutine.wrap(function()
        local _, err = get(client, "stall")
        kinds[1] = err.kind
        coroutine.yield(1)
        get(client, "quick")
      end)
      generate()
      generate()
    end)
    client:spawn(function()
      get(client, "slow")
      task:cancel()
    end)
    client:run()
    assert.equal("cancelled", kinds[1])
    assert.equal("cancelled", task.err.kind)
    assert.equal(3, scene:journal().requests_total)
    scene:wait(addresses.is_stall_aborted)
  end)

  it("must not read a stream that another one waits for", function()
    local stream
    local reader = client:spawn(function()
      stream = assert(ask(client))
      return stream:final()
    end)
    local message
    local intruder = client:spawn(function()
      while not stream do
        get(client, "quick")
      end
      local _
      _, message = pcall(stream.next, stream)
    end)
    if yields_anywhere then
      intruder:await()
      assert.truthy(message:find("two tasks wait for one reply: read a stream in one task only", 1, true), message)
    end
    assert.equal("abcd", reader:await().choices[1].message.content)
  end)

  it("may read a stream that another has left", function()
    local stream, text
    client:spawn(function()
      stream = assert(ask(client))
      stream:next()
    end):await()
    local task = client:spawn(function()
      text = stream:final().choices[1].message.content
    end)
    task:await()
    assert.equal("abcd", text)
  end)

  it("may leave a stream to the program", function()
    local stream
    client:spawn(function()
      stream = assert(ask(client))
    end):await()
    local other = client:spawn(get, client, "slow")
    assert.equal("abcd", stream:final().choices[1].message.content)
    assert.is_true(other:await().ok)
  end)

  it("waits in a loop over a stream where this Lua can, and else says what to do", function()
    local text = ""
    local task = client:spawn(function()
      for piece in assert(ask(client)):text() do
        text = text .. piece
      end
    end)
    local _, err = task:await()
    if yields_anywhere then
      assert.equal("abcd", text)
      assert.is_nil(err)
    else
      assert.truthy(err:find("Lua 5.1 cannot wait within a 'for' loop or pcall: call its next(), or the iterator, "
        .. "yourself", 1, true), err)
    end
  end)

  it("may call the iterator itself", function()
    local text = ""
    local task = client:spawn(function()
      local pieces = assert(ask(client)):text()
      local piece = pieces()
      while piece do
        text = text .. piece
        piece = pieces()
      end
    end)
    task:await()
    assert.equal("abcd", text)
  end)
end)
