-- The options of what makes several calls, taken apart.

local extra = require "oai.call.extra"

local TYPES = {
  interval = { "duration" }, resume = { "boolean", "number" }, most = { "count" }, pause = { "seconds" },
}

local function refusal(options)
  local _, err = pcall(extra.split, "x.wait", TYPES, options)
  return err
end

describe("call.extra", function()
  it("takes options apart by whose they are", function()
    local own, rest, flow = extra.split("x.wait", TYPES, { interval = 2, resume = false, timeout = 5, wait = false })
    assert.same({ interval = 2, resume = false }, own)
    assert.same({ timeout = 5 }, rest)
    assert.same({ wait = false }, flow)
    own, rest, flow = extra.split("x.wait", TYPES)
    assert.same({ {}, {}, {} }, { own, rest, flow })
  end)

  it("takes the least that each may be", function()
    local least = { interval = 0.001, most = 1, pause = 0 }
    assert.same(least, (extra.split("x.wait", TYPES, least)))
  end)

  it("keeps what the program may change meanwhile", function()
    local headers = { a = "1" }
    local _, rest = extra.split("x.wait", TYPES, { headers = headers })
    headers.a = "2"
    assert.equal("1", rest.headers.a)
  end)

  it("refuses what no option is, or of another type", function()
    for message, options in pairs {
      ["option 'interval' must be a number of seconds from 0.001 on, got 0"] = { interval = 0 },
      ["option 'interval' must be a number of seconds from 0.001 on, got string"] = { interval = "1" },
      ["option 'interval' must be a number of seconds from 0.001 on, got "] = { interval = 0 / 0 },
      ["option 'most' must be a whole number from 1 on, got 0"] = { most = 0 },
      ["option 'most' must be a whole number from 1 on, got 1.5"] = { most = 1.5 },
      ["option 'pause' must be a number of seconds from 0 on, got -1"] = { pause = -1 },
      ["option 'resume' must be a boolean or a number, got string"] = { resume = "1" },
      ["unknown option 'resum'; did you mean 'resume'?"] = { resum = 1 },
      ["unknown option 'tiemout'; did you mean 'timeout'?"] = { tiemout = 1 },
      ["option 'timeout' must be a number of seconds"] = { timeout = "1" },
      ["option 'save_to' cannot be given here"] = { save_to = "x" },
      ["the options must be a table, got string"] = "x",
    } do
      local err = refusal(options)
      assert.truthy(err:find("oai: x.wait: " .. message, 1, true), err)
    end
  end)

  it("makes the calls at once, and returns all that they do", function()
    assert.same({ 1, nil, 3 }, { extra.run({}, {}, function()
      return 1, nil, 3
    end) })
  end)
end)
