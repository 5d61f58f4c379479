-- The options of a run of batches: which are taken, and what the others are.

local error_value = require "oai.error"
local options_list = require "oai.batch.options"

local complete = options_list.complete

describe("the options of a run", function()
  local DEFAULTS = {
    max_requests = 50000, max_bytes = 200000000, max_inputs = 50000, concurrency = math.huge, interval = 5,
    max_interval = 60, settle = 30, patience = 3600,
  }

  it("are what the service takes, and what suits it, where nothing is said", function()
    assert.same(DEFAULTS, complete())
    assert.same(DEFAULTS, complete {})
  end)

  it("are those that are given", function()
    local given = {
      endpoint = "/v1/x", state = "job", metadata = { a = "b" }, completion_window = "24h",
      expires_after = { seconds = 1 }, output_expires_after = { seconds = 2 }, max_requests = 1, max_bytes = 2,
      max_inputs = 3, concurrency = 4, interval = 5.5, max_interval = 6, settle = 0, patience = 8, progress = print,
      resume = { "batch_1" },
    }
    assert.same(given, complete(given))
    assert.equal("batch_1", complete({ resume = "batch_1" }).resume)
  end)

  it("are copies of what may change", function()
    local given = { metadata = { a = "b" } }
    local taken = complete(given)
    given.metadata.a = "c"
    assert.equal("b", taken.metadata.a)
  end)

  for says, given in pairs {
    ["the options must be a table, got string"] = "x",
    ["the options must be a table, got boolean"] = false,
    ["unknown option 'intervall'; did you mean 'interval'?"] = { intervall = 1 },
    ["unknown option '1'"] = { "x" },
    ["option 'interval' must be a number, got string"] = { interval = "5" },
    ["option 'endpoint' must be a string, got 5"] = { endpoint = 5 },
    ["option 'metadata' must be a table, got string"] = { metadata = "x" },
    ["option 'progress' must be a function, got table"] = { progress = {} },
    ["option 'state' must not hold NUL"] = { state = "job\0x" },
    ["option 'resume' must be the id of a batch, or a list of them"] = { resume = 5 },
    ["an id in 'resume' must be a non-empty string"] = { resume = { "batch_1", 5 } },
  } do
    it("are refused: " .. says, function()
      local raised, message = pcall(complete, given)
      assert.is_false(raised)
      assert.truthy(tostring(message):find("batches.run: " .. says, 1, true), tostring(message))
    end)
  end

  it("have ids of batches that are no empty texts", function()
    for _, resume in ipairs { "", { "" }, { "batch_1", "" } } do
      assert.error_matches(function()
        complete { resume = resume }
      end, "must be a non%-empty string")
    end
    assert.is_false(error_value.is_error(complete { resume = { "a", "b" } }))
  end)
end)
