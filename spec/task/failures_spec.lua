-- Tasks that failed with nobody to see it: told of once, after a second.

local failures = require "oai.task.failures"

describe("task.failures", function()
  local now, told, all

  before_each(function()
    now, told = 10, {}
    all = failures.new {
      engine = { clock = function() return now end },
      loop = { report = function(message) told[#told + 1] = message end },
    }
  end)

  it("tells of each once, in the words of its error, when nobody took it in a second", function()
    local one = { err = "broken" }
    all:note(one)
    all:note(one)
    now = 10.9
    all:tell()
    assert.same({}, told)
    assert.equal(11, all:due())
    now = 11
    all:tell()
    assert.equal(1, #told)
    all:tell(true)
    assert.same({ "oai: a task failed, and nobody awaits it: broken" }, told)
    assert.equal(one, all.first)
    assert.is_nil(all:due())
  end)

  it("tells of none that somebody took", function()
    local one, other = { err = "a", observed = false }, { err = "b", values = { traceback = "\nhere" } }
    all:note(one)
    now = 10.5
    all:note(other)
    one.observed = true
    assert.equal(11, all:due())
    all:tell()
    assert.equal(11.5, all:due())
    all:tell(true)
    assert.same({ "oai: a task failed, and nobody awaits it: b\nhere" }, told)
  end)

  it("tells of all when it is collected", function()
    all:note { name = "on_done", err = "late" }
    all = nil
    collectgarbage()
    collectgarbage()
    assert.same({ "oai: on_done: late" }, told)
  end)
end)
