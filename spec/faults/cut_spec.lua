-- Conversations over sockets that are cut, at a selection of places: `make
-- faults` cuts after every byte.

local cut = require "spec.faults.cut"
local server = require("spec.support.server").start { tls = true }

local PLACES = 2 -- of each plan

describe("a conversation that is cut:", function()
  for number, plan in ipairs(cut.plans()) do
    -- The drives share the places, those of a silent server are few.
    local places = plan.how == "stall" and 1 or PLACES
    it(plan.name .. ", " .. plan.drive, function()
      for i = 1, places do
        local at = math.floor(plan.most * (i - (number % 2) * 0.5) / places)
        local told, complaints = cut.run(server, plan, at)
        assert.equal("", table.concat(complaints, "\n"), ("at %d: %s"):format(at, told))
      end
    end)
  end
end)
