-- Pauses of tasks and of scripts, in which the others go on.

local child = require "spec.support.child"
local core = require "oai.core"
local oai = require "oai"
local process = require "spec.support.process"
local tasks = require "spec.support.tasks"

local function new_client(loop)
  return oai.client { api_key = "sk-1", base_url = "http://127.0.0.1:1", loop = loop }
end

local function seconds_of(fn)
  local begun = core.clock()
  fn()
  return core.clock() - begun
end

describe("oai.sleep", function()
  it("pauses a script so long", function()
    local passed = seconds_of(function()
      assert.is_true(oai.sleep(0.05))
    end)
    assert.is_true(passed >= 0.05, passed)
    assert.is_true(oai.sleep(0))
  end)

  it("has one engine for all pauses of a script", function()
    oai.sleep(0)
    collectgarbage "stop" -- it would close others
    local before = process.descriptors()
    oai.sleep(0)
    local behind = process.descriptors()
    collectgarbage "restart"
    assert.equal(before, behind)
  end)

  it("lets the tasks of a script go on", function()
    local client, steps = new_client(), 0
    client:spawn(function()
      for _ = 1, 3 do
        oai.sleep(0.01)
        steps = steps + 1
      end
    end)
    assert.is_true(oai.sleep(0.3))
    assert.equal(3, steps)
    client:close()
  end)

  for _, loop in ipairs(tasks.loops) do
    it("pauses a task, and no other: " .. loop, function()
      local client, order = new_client(loop), {}
      for i, seconds in ipairs { 0.09, 0.03, 0.06 } do
        client:spawn(function()
          assert(oai.sleep(seconds))
          order[#order + 1] = i
        end)
      end
      assert.is_true(tasks.wait(client, loop, function()
        return #order == 3
      end))
      assert.same({ 2, 3, 1 }, order)
      client:close()
    end)

    it("ends when its task is cancelled: " .. loop, function()
      local client = new_client(loop)
      local slept, err
      local task = client:spawn(function()
        slept, err = oai.sleep(100)
      end)
      local passed = seconds_of(function()
        task:cancel()
      end)
      assert.is_nil(slept)
      assert.equal("cancelled", err.kind)
      assert.is_true(task.done)
      assert.is_true(passed < 10, passed)
      client:close()
    end)
  end

  it("raises outside of tasks in a game, which must not be kept waiting", function()
    local output = child.run [[
      love = {}
      print(pcall(function() return require("oai").sleep(0.01) end))
    ]]
    assert.truthy(output:find("the loop 'frame' must not be kept waiting", 1, true), output)
  end)

  for _, wrong in ipairs { -1, math.huge, 0 / 0 } do
    it("refuses what is no time: " .. tostring(wrong), function()
      assert.error_matches(function()
        oai.sleep(wrong)
      end, "oai.sleep: expected a number of seconds, got " .. tostring(wrong):gsub("%-", "%%-"))
    end)
  end

  for _, wrong in ipairs { "1", false } do
    it("refuses what is no number: a " .. type(wrong), function()
      assert.error_matches(function()
        oai.sleep(wrong)
      end, "oai.sleep: expected a number of seconds, got " .. type(wrong))
    end)
  end
end)

describe("a script that ends", function()
  local CODE = [[
    local oai = require "oai"
    local client = oai.client { api_key = "sk-1" }
    for _ = 1, %d do
      client:spawn(oai.sleep, %s)
    end
    %s
  ]]

  for _, case in ipairs {
    { 1, "100", "", "oai: the program has ended before one of its tasks: client:run() runs all to their end, "
      .. "client:close() cancels them\n" },
    { 3, "100", "", "oai: the program has ended before 3 of its tasks: client:run() runs all to their end, "
      .. "client:close() cancels them\n" },
    { 2, "0.01", "client:run()", "" },
    { 2, "100", "client:close()", "" },
  } do
    it(("before %d tasks of %s s: %s"):format(case[1], case[2], case[3]), function()
      assert.equal(case[4], (child.run(CODE:format(case[1], case[2], case[3]))))
    end)
  end
end)
