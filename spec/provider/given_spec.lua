-- Options of providers and of clients told apart.

local given_options = require "oai.provider.given"

local OWN, CALLED = { a = { "text" }, b = { "boolean" }, alpha = { "any" } }, { azure_a = "a" }

local function raised_by(...)
  local done, raised = pcall(...)
  assert.is_false(done)
  return tostring(raised)
end

describe("provider.given", function()
  it("parts options, and leaves what was given alone", function()
    local given = { a = "1", b = false, verify = false, timeout = 5 }
    local own, rest = given_options.split("x", given, OWN, CALLED)
    assert.equal(given, own)
    assert.same({ verify = false, timeout = 5 }, rest)
    assert.same({ a = "1", b = false, verify = false, timeout = 5 }, given)
  end)

  for _, fact in ipairs {
    { "text", "x: the options must be a table, got string" },
    { { azure_a = "1" }, "x: option 'azure_a' is called 'a'" },
    { { provider = {} }, "x: it is a provider by itself" },
    { { workload_identity = {} }, "x: it is a provider by itself" },
    { { alhpa = 1 }, "x: unknown option 'alhpa'; did you mean 'alpha'?" },
    { { timout = 1 }, "x: unknown option 'timout'; did you mean 'timeout'?" },
    { { url = "x" }, "x: option 'url' is called 'base_url'" },
    { { 5 }, "x: unknown option '1'" },
    { { a = "" }, "x: option 'a' must be a text that is not empty, got an empty one" },
    { { a = false }, "x: option 'a' must be a text that is not empty, got boolean" },
    { { b = 1 }, "x: option 'b' must be a boolean, got 1" },
  } do
    it("raises: " .. fact[2], function()
      assert.truthy(raised_by(given_options.split, "x", fact[1], OWN, CALLED):find(fact[2], 1, true))
    end)
  end
end)
