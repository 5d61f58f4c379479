-- A pause between the calls of one operation.

local connect = require "spec.support.connect"
local core = require "oai.core"
local pause = require "oai.task.pause"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"

describe("task.pause", function()
  it("lasts as long as it is to, in a script", function()
    local client = connect.to(server:scenario {})
    local started = core.clock()
    assert.is_true(pause(client, 0.05))
    assert.is_true(core.clock() - started >= 0.049)
  end)

  for _, loop in ipairs(tasks.loops) do
    it("ends when its task is cancelled, on the loop " .. loop, function()
      local client = connect.to(server:scenario {}, { loop = loop })
      local task = client:spawn(pause, client, 60)
      task:cancel()
      assert.is_true(tasks.wait(client, loop, function()
        return task.done
      end))
      assert.equal("cancelled", task.err.kind)
      client:close()
    end)
  end
end)
