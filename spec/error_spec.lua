-- Error values: what they print as, and where wrong use is raised.

local error_value = require "oai.error"
local json = require "oai.codec.json"

local printed = {
  { { kind = "not_found", status = 404, message = "No such file", operation = "files.create", request_id = "req_1" },
    "oai: files.create: 404 not_found: No such file (request req_1)" },
  { { kind = "bad_request", status = 400, code = "context_length_exceeded", message = "too long" },
    "oai: 400 context_length_exceeded: too long" },
  { { kind = "bad_request", status = 400, code = 12, message = "m" }, "oai: 400 12: m" },
  { { kind = "connection", message = "refused", attempts = 3 }, "oai: connection: refused (3 attempts)" },
  { { kind = "connection", message = "refused", attempts = 1 }, "oai: connection: refused" },
  { { kind = "rate_limit", status = 429, message = "slow", retry_after = 1.5, attempts = 3, request_id = "r" },
    "oai: 429 rate_limit: slow (request r, retry in 1.5 s, 3 attempts)" },
  { { kind = "stream", code = "server_error", message = "boom" }, "oai: server_error: boom" },
  { { kind = "bad_request", message = "messages[1]: no", operation = "x" }, "oai: x: messages[1]: no" },
}

describe("error", function()
  for i, fact in ipairs(printed) do
    it(("prints %d"):format(i), function()
      assert.equal(fact[2], tostring(error_value.new(fact[1])))
    end)
  end

  -- oai differs: the message is the server's own; the status is beside it
  it("keeps the message as it is", function()
    assert.equal("No such file", error_value.new({ kind = "not_found", status = 404,
      message = "No such file" }).message)
  end)

  it("is joined as strings are", function()
    local err = error_value.new { kind = "timeout", message = "m" }
    assert.equal("a oai: timeout: m b", "a " .. err .. " b")
    assert.equal("oai: timeout: moai: timeout: m", err .. err)
  end)

  it("prints no key, header or body", function()
    local text = tostring(error_value.new { kind = "server", status = 500, message = "m", body = "secret",
      headers = { authorization = "secret" } })
    assert.is_nil(text:find("secret", 1, true))
  end)

  it("is told from other values", function()
    assert.is_true(error_value.is_error(error_value.new { kind = "server", message = "m" }))
    for _, value in ipairs { "x", 1, {}, true, print } do
      assert.is_false(error_value.is_error(value))
    end
    assert.is_false(error_value.is_error(nil))
  end)

  it("raises wrong use at the line of the caller", function()
    local line = debug.getinfo(1, "l").currentline + 1
    local done, message = pcall(function() json.array("x") end)
    assert.is_false(done)
    local expected = ("error_spec.lua:%d: oai: oai.array: expected a table, got string"):format(line)
    assert.truthy(message:find(expected, 1, true), message)
  end)

  it("raises wrong use behind a tail call", function()
    local function calls()
      return json.array("x")
    end
    local done, message = pcall(function()
      local value = calls()
      return value
    end)
    assert.is_false(done)
    assert.truthy(message:find("error_spec.lua:%d+: oai: "), message)
  end)
end)
