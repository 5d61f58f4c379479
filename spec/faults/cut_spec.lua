-- Conversations over sockets that are cut, at a selection of places: `make
-- faults` cuts after every byte.

local cut = require "spec.faults.cut"
local server = require("spec.support.server").start { tls = true }

local PLACES = 2 -- of each plan

describe("a conversation that is cut:", function()
  for number, plan in ipairs(cut.plans()) do
    -- The drives share the places; a silent server takes its time, and has one.
    local is_slow = plan.how == "stall"
    local places = is_slow and plan.drive == "blocking" and 0 or is_slow and 1 or PLACES
    for i = 1, places do
      local at = math.floor(plan.most * (i - (number % 2) * 0.5) / places)
      it(("%s, %s, at %d"):format(plan.name, plan.drive, at), function()
        local told, complaints = cut.run(server, plan, at)
        assert.equal("", table.concat(complaints, "\n"), told)
      end)
    end
  end
end)
