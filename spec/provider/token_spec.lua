-- How long a credential holds, and what failures it outlasts.

local token = require "oai.provider.token"

-- seconds that it holds, seconds before its end; when it is renewed
local TIMES = {
  { 3600, nil, 2400 }, { 600, nil, 300 }, { 3600, 120, 3480 }, { 100, 1200, 50 }, { 3600, 0, 3600 }, { 0, nil, 0 },
}

local function err(fields)
  fields.message = "x"
  return fields
end

describe("provider.token", function()
  for i, fact in ipairs(TIMES) do
    it("is renewed when case " .. i .. " says, counted from when it was asked for", function()
      local made = token.new("s", fact[1], 1000, fact[2])
      assert.same({ 1000 + fact[3], 1000 + fact[1] }, { made.renew_at, made.ends_at })
    end)
  end

  for what, fact in pairs {
    ["no connection"] = { { kind = "connection" }, true },
    ["a status of 500"] = { { kind = "authentication", cause = { status = 500 } }, true },
    ["a status of 429"] = { { kind = "rate_limit", status = 429 }, true },
    ["a status of 400"] = { { kind = "authentication", cause = { status = 400 } }, false },
    ["a status of 403"] = { { kind = "permission_denied", status = 403 }, false },
    ["a cancelled task"] = { { kind = "cancelled" }, false },
  } do
    it((fact[2] and "outlasts " or "does not outlast ") .. what, function()
      local made = token.new("s", 100, 0)
      assert.equal(fact[2], token.outlasts(made, err(fact[1]), 60))
      assert.equal(fact[2] and 65 or 50, made.renew_at)
    end)
  end

  it("outlasts nothing once its time is over, and is not kept longer for it", function()
    local made = token.new("s", 100, 0)
    assert.is_true(token.outlasts(made, err { kind = "connection" }, 98))
    assert.equal(100, made.renew_at)
    assert.is_false(token.outlasts(made, err { kind = "connection" }, 100))
  end)
end)
