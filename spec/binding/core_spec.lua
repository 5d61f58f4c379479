-- What all objects of the core have in common.

local core = require "oai.core"
local folder = require "spec.support.folder"
local process = require "spec.support.process"

describe("an object of the core", function()
  local here = folder.new()

  teardown(function()
    here:remove()
  end)

  local MADE = {
    credential = function()
      return core.credential "sk-secret-0123"
    end,
    engine = function()
      return core.engine {}
    end,
    exchange = function()
      return core.exchange(core.plan { method = "GET" }, "http://127.0.0.1:1/")
    end,
    form = function()
      return core.form { { name = "x", data = "x" } }
    end,
    target = function()
      return core.target(here:file "out")
    end,
  }

  local LARGE = ("x"):rep(256 * 1024)

  -- With much in them.
  local FILLED = {
    credential = function()
      return core.credential(LARGE)
    end,
    exchange = function()
      return core.exchange(core.plan { method = "POST" }, "http://127.0.0.1:1/", LARGE)
    end,
    form = function()
      return core.form { { name = "x", data = LARGE } }
    end,
    parser = function()
      local parser = core.sse()
      parser:feed("data: " .. LARGE .. "\ndata: " .. LARGE)
      assert.is_nil(parser:event())
    end,
    plan = function()
      return core.plan { method = "POST", lines = { "x: " .. LARGE } }
    end,
  }

  for name, fill in pairs(FILLED) do
    it("gives its memory back when nothing refers to it: " .. name, function()
      local function fill_many()
        for i = 1, 100 do
          assert(fill() ~= false)
          if i % 5 == 0 then
            collectgarbage()
          end
        end
      end
      fill_many()
      local before = process.memory()
      fill_many()
      local grown = process.memory() - before
      assert.is_true(grown < 50 * #LARGE, "grown by " .. grown)
    end)
  end

  for name, make in pairs(MADE) do
    it("is closed any number of times, which gives nothing: " .. name, function()
      local object = make()
      for _ = 1, 3 do
        assert.equal(0, select("#", object:close()))
      end
    end)

    it("is no other: " .. name, function()
      local object = make()
      for other_name, other in pairs(MADE) do
        if other_name ~= name then
          assert.is_false((pcall(object.close, other())))
        end
      end
      assert.is_false((pcall(object.close)))
      assert.is_false((pcall(object.close, io.stdout)))
      object:close()
    end)
  end
end)
