-- The errors with which a wait ends.

local ending = require "oai.poll.ending"

local function wait_for(object, more)
  local wait = { name = "videos.wait", own = { timeout = 2 }, object = object }
  for name, value in pairs(more or {}) do
    wait[name] = value
  end
  return wait
end

describe("a wait that ends as an error", function()
  it("holds the object, or what is given in its place", function()
    local object, result = { status = "queued" }, {}
    local _, err = ending.timed_out(wait_for(object))
    assert.same({ "timeout", "videos.wait", "it was still 'queued' after the timeout of 2 s" },
      { err.kind, err.operation, err.message })
    assert.equal(object, err.partial)
    _, err = ending.failed(wait_for(object, { result = result }), "failed")
    assert.equal(result, err.partial)
  end)

  it("says what made the last look fail, unless that was its own time", function()
    local failure = { kind = "server", message = "busy" }
    local _, err = ending.timed_out(wait_for({ status = "queued" }, { failure = failure }))
    assert.equal(failure, err.cause)
    assert.truthy(err.message:find ", and the last look has failed: busy$")
    _, err = ending.timed_out(wait_for(nil, { failure = { kind = "timeout", message = "late" } }))
    assert.same({ "it was not looked at within the timeout of 2 s" }, { err.message, err.cause })
  end)

  for what, case in pairs {
    ["an error"] = { { error = { code = "c", message = "m", param = "p" } }, ": m", "c", "p" },
    ["a text"] = { { error = "m" }, ": m" },
    ["the last error"] = { { last_error = { code = "c", message = "m" } }, ": m", "c" },
    ["a list of errors"] = { { errors = { data = { { message = "m" }, { message = "n" } } } }, ": m" },
    ["details of its status"] = { { status_details = "m" }, ": m" },
    ["nothing"] = { {}, "" },
    ["what says nothing"] = { { error = { code = 5, message = "" }, errors = "m" }, "" },
  } do
    it("says what the object does of it: " .. what, function()
      local _, err = ending.failed(wait_for(case[1]), "expired")
      assert.same({ "failed", "expired", "it ended as 'expired'" .. case[2], case[3], case[4] },
        { err.kind, err.reason, err.message, err.code, err.param })
    end)
  end
end)
