-- Retries: which errors are worth another attempt, and after how long. Facts
-- are in spec/support/facts/retry.lua.

local error_value = require "oai.error"
local facts = require "spec.support.facts.retry"
local retry = require "oai.call.retry"

local SETTINGS = { max_retries = 2, max_retry_delay = 60 }

local function failed(status, headers, kind)
  return error_value.new { kind = kind or "server", message = "m", status = status, headers = headers or {} }
end

local function delay_of(err, retries, settings)
  return retry.delay(err, retries or 0, settings or SETTINGS, facts.now, 0)
end

describe("call.retry", function()
  describe("backoff", function()
    for retries, seconds in pairs(facts.backoff) do
      it(("after %d retries is from %g s to %g s"):format(retries, seconds * 0.75, seconds), function()
        assert.equal(seconds, retry.backoff(retries, 0))
        assert.equal(seconds * 0.75, retry.backoff(retries, 1))
        assert.equal(seconds * 0.875, retry.backoff(retries, 0.5))
      end)
    end
  end)

  it("says which kinds of errors may pass", function()
    for _, kind in ipairs { "connection", "timeout", "server", "rate_limit", "limit" } do
      assert.is_true(retry.may_pass { kind = kind, message = "out of memory" }, kind)
    end
    for _, kind in ipairs { "quota", "tls", "cancelled", "authentication", "not_found", "decode", "stream", "io" } do
      assert.is_false(retry.may_pass { kind = kind }, kind)
    end
  end)

  it("says what of a kind cannot pass: a reply that is too large, a redirect that leads nowhere", function()
    assert.is_false(retry.may_pass { kind = "limit", reason = "too_large", message = "" })
    assert.is_true(retry.may_pass { kind = "limit", message = "no memory for the reply's header" })
    assert.is_false(retry.may_pass { kind = "limit", headers = {} })
    assert.is_false(retry.may_pass { kind = "limit", headers = {}, status = 302 })
    assert.is_false(retry.may_pass { kind = "connection", headers = {}, status = 302 })
    assert.is_true(retry.may_pass { kind = "connection", headers = {} }) -- a reply that broke off
    assert.is_true(retry.may_pass { kind = "timeout", headers = {}, status = 408 })
    assert.is_true(retry.may_pass { kind = "server", headers = {}, status = 503 })
  end)

  describe("delay", function()
    it("is none where the server asks for more than a number can say", function()
      for _, headers in ipairs { { ["retry-after"] = "1e999" }, { ["retry-after"] = ("9"):rep(400) },
        { ["retry-after-ms"] = "1e999", ["retry-after"] = "5" } } do
        assert.is_nil(delay_of(failed(500, headers)))
      end
      assert.equal(0.5, delay_of(failed(500, { ["retry-after"] = "-1e999" })))
    end)

    for _, status in ipairs(facts.retried) do
      it("retries " .. status, function()
        assert.equal(0.5, delay_of(failed(status)))
      end)
    end

    for _, status in ipairs(facts.final) do
      it("does not retry " .. status, function()
        assert.is_nil(delay_of(failed(status)))
      end)
    end

    it("retries as often as it may", function()
      assert.equal(0.5, delay_of(failed(500), 0))
      assert.equal(1, delay_of(failed(500), 1))
      assert.is_nil(delay_of(failed(500), 2))
      assert.is_nil(delay_of(failed(500), 0, { max_retries = 0, max_retry_delay = 60 }))
    end)

    it("obeys x-should-retry", function()
      assert.equal(0.5, delay_of(failed(400, { ["x-should-retry"] = "true" })))
      assert.is_nil(delay_of(failed(500, { ["x-should-retry"] = "false" })))
      assert.equal(0.5, delay_of(failed(500, { ["x-should-retry"] = "maybe" })))
      assert.is_nil(delay_of(failed(400, { ["x-should-retry"] = "maybe" })))
      assert.is_nil(delay_of(failed(400, { ["x-should-retry"] = "true" }), 2))
    end)

    it("waits as long as the server asks", function()
      assert.equal(20, delay_of(failed(429, { ["retry-after"] = "20" })))
      assert.equal(60, delay_of(failed(503, { ["retry-after"] = "60" })))
    end)

    -- oai differs: a server that asks for more than max_retry_delay ends the call
    it("ends the call when the server asks for too much", function()
      for _, value in ipairs { "61", "120", "121", "99999999999999999999999999999999999",
        "Fri, 29 Sep 2023 16:27:38 GMT" } do
        assert.is_nil(delay_of(failed(429, { ["retry-after"] = value })), value)
      end
      assert.is_nil(delay_of(failed(429, { ["retry-after-ms"] = "120001" })))
      assert.is_nil(delay_of(failed(429, { ["retry-after"] = "61", ["x-should-retry"] = "true" })))
      assert.equal(61, delay_of(failed(429, { ["retry-after"] = "61" }), 0, { max_retries = 2, max_retry_delay = 120 }))
    end)

    it("takes its own delay when the server asks for nothing that can be followed", function()
      for _, value in ipairs { "0", "-10", "", "nan", "inf", "Zun, 29 Sep 2023 16:26:57 GMT" } do
        assert.equal(0.5, delay_of(failed(429, { ["retry-after"] = value })), value)
      end
    end)

    -- oai differs: a quota does not come back by waiting
    it("never retries an exhausted quota", function()
      assert.is_nil(delay_of(failed(429, {}, "quota")))
      assert.is_nil(delay_of(failed(429, { ["retry-after"] = "1" }, "quota")))
      assert.is_nil(delay_of(failed(429, { ["x-should-retry"] = "true" }, "quota")))
    end)

    it("retries a failed transport where it may", function()
      local function broken(retryable)
        return error_value.new { kind = "connection", message = "m", retryable = retryable }
      end
      assert.equal(0.5, delay_of(broken(true)))
      assert.is_nil(delay_of(broken(false)))
      assert.is_nil(delay_of(broken(nil)))
      assert.is_nil(delay_of(broken(true), 2))
    end)
  end)
end)
