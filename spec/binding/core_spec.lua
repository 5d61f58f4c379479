-- What all objects of the core have in common.

local core = require "oai.core"
local folder = require "spec.support.folder"

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
