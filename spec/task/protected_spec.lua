-- Functions of the program's that are called as pcall does, and may wait.

local connect = require "spec.support.connect"
local nested = require "oai.nested"
local oai = require "oai"
local protected = require "oai.task.protected"
local running = require "oai.task.running"
local server = require("spec.support.server").start {}
local unpack = require "oai.unpack"

describe("task.protected", function()
  --- The coroutine of a task that runs `fn`, which is given the task.
  local function task_of(fn)
    local task = { scheduler = {}, cancelled = false, told = false, depth = 1 }
    task.coroutine = coroutine.create(function()
      running.add(task)
      local result = { fn(task) }
      running.remove(task)
      return unpack(result)
    end)
    return task.coroutine
  end

  for name, call in pairs { call = protected.call, apart = protected.apart } do
    it("gives what comes of it, or what it raises: " .. name, function()
      local function ask()
        local done, value = call(function(given) return given + 1 end, 1)
        local failed, fault = call(error, "no")
        return done, value, failed, fault
      end
      assert.same({ true, 2, false, "no" }, { ask() })
      assert.same({ true, true, 2, false, "no" }, { coroutine.resume(task_of(ask)) })
    end)

    it("waits as the task does whose function it is: " .. name, function()
      local seen = {}
      local thread = task_of(function(task)
        return call(function(given)
          for i = 1, 3 do
            seen[i] = running.task() == task and running.enclosing() ~= nil and coroutine.yield(given, i)
          end
          return "end"
        end, "x")
      end)
      for i, signal in ipairs { "first", "a", "b" } do
        assert.same({ true, "x", i }, { coroutine.resume(thread, signal) })
      end
      assert.same({ true, true, "end" }, { coroutine.resume(thread, "c") })
      assert.same({ "a", "b", "c" }, seen)
      assert.equal(0, running.count)
    end)

    it("is within what calls it: " .. name, function()
      local what, seen = {}, {}
      coroutine.resume(task_of(function()
        nested.call(what, function()
          call(function()
            seen[1] = nested.goes_on(what)
          end)
        end)
        call(function()
          seen[2] = nested.goes_on(what)
        end)
      end))
      assert.same({ true, false }, seen)
    end)
  end

  for _, drive in ipairs { "blocking", "frame" } do
    it("has hooks make calls in a task, also where its Lua suspends nothing within pcall, on " .. drive, function()
      local scene = server:scenario { replies = { { json = { object = "list", data = { { id = "m" } } } } },
        repeat_last = true }
      local lines, got = {}, {}
      local client = connect.to(scene, { loop = drive, log = function(level, line)
        lines[#lines + 1] = level == "error" and line or nil
      end })
      for _, event in ipairs { "request", "response" } do
        client:on(event, function()
          oai.sleep(0.001)
          local page = client.models:list()
          got[#got + 1] = event .. " " .. page.data[1].id
        end)
      end
      local page = connect.run(client, function()
        return client.models:list()
      end)
      assert.equal("m", page.data[1].id)
      local all = table.concat(got, ", ")
      assert.truthy(all:find "request m" and all:find "response m", all)
      assert.same({}, lines)
      client:close()
    end)

    it("leaves a task that is cancelled while a hook of its call waits, on " .. drive, function()
      local client = connect.to(server:scenario { replies = { { steps = { { stall = true } } } }, repeat_last = true },
        { loop = drive })
      local err
      local off = client:on("request", function()
        err = select(2, client.models:list())
      end)
      local task = client:spawn(function()
        return client.models:list()
      end)
      task:cancel()
      assert.same({ "cancelled", "cancelled" }, { err.kind, task.err.kind })
      off()
      client:close()
      assert.equal(0, running.count)
    end)
  end
end)
