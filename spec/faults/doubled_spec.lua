-- Calls over connections that die at the worst moments: none is sent more
-- often than it says. `make faults` makes thousands of them.

local doubled = require "spec.faults.doubled"
local server = require("spec.support.server").start { tls = true }

local PLANS = {
  { speaks = "http1", retries = 0, drive = "blocking", calls = 40, seed = 1 },
  { speaks = "http1", retries = 2, drive = "frame", calls = 30, seed = 2 },
  { speaks = "http1", retries = 0, drive = "task", calls = 40, seed = 3 },
}

describe("requests over connections that die:", function()
  for _, plan in ipairs(PLANS) do
    it(("%s, %d retries, %s"):format(plan.speaks, plan.retries, plan.drive), function()
      local told, complaints = doubled.run(server, plan)
      assert.equal("", table.concat(complaints, "\n"), told)
    end)
  end
end)
