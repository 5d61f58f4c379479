-- The vectors of ../shared/vectors about what a reply says: errors and attempts
-- after them, limits, vectors. Skipped where the folder is absent.

local cjson = require "cjson"
local core = require "oai.core"
local error_value = require "oai.error"
local rate_limit = require "oai.codec.rate_limit"
local response = require "oai.call.response"
local retry = require "oai.call.retry"
local retry_after = require "oai.codec.retry_after"
local shared_vectors = require "spec.support.shared_vectors"

local describe_file, plain = shared_vectors.describe, shared_vectors.plain

local NOW = 1696004797

local function without_quotes(text)
  return (text:gsub('^"(.*)"$', "%1"))
end

describe_file("http_errors", function(facts)
  local KINDS = { BadRequestError = "bad_request", AuthenticationError = "authentication",
    PermissionDeniedError = "permission_denied", NotFoundError = "not_found", ConflictError = "conflict",
    UnprocessableEntityError = "unprocessable", RateLimitError = "rate_limit", InternalServerError = "server" }

  for i, case in ipairs(facts.cases) do
    it(("case %d, status %d"):format(i, case.status), function()
      local err = response.to_error(response.new(case.status, "HTTP/1.1 4\r\nx-request-id: req_9\r\n\r\n", 1, 0),
        case.body)
      local expected = plain(case.expected)
      local quota = expected.code == "insufficient_quota" -- oai differs: a kind of its own
      assert.equal(quota and "quota" or KINDS[expected.class] or err.kind, err.kind)
      assert.same({ expected.status, expected.code, expected.param, expected.type, expected.request_id },
        { err.status, err.code, err.param, err.type, err.request_id })
      if expected.message:find("%(no body%)") then -- oai differs: any body says something
        assert.is_string(err.message)
      else -- oai differs: the message is without the status
        assert.equal(without_quotes((expected.message:gsub("^%d+ ", ""))), err.message)
      end
    end)
  end
end)

describe_file("retries", function(facts)
  local SETTINGS = { max_retries = 3, max_retry_delay = 60 }

  local function failed(status, headers)
    return error_value.new { kind = "server", message = "m", status = status, headers = headers or {} }
  end

  for name, cases in pairs(facts) do
    for i, case in ipairs(name:find("_delay_cases$") and cases or {}) do
      it(("%s %d"):format(name, i), function()
        local headers = { ["retry-after"] = case.retry_after }
        local retries = case.max_retries - case.remaining
        local asked = retry_after.seconds(headers, NOW)
        if asked and asked > 60 then -- oai differs: then the call ends
          assert.is_nil(retry.delay(failed(429, headers), 0, SETTINGS, NOW, 0))
        else
          assert.equal(case.delay_expected, asked or retry.backoff(retries, 0))
        end
      end)
    end
  end

  for i, case in ipairs(facts.python_should_retry_429 or {}) do
    it(("should_retry %d"):format(i), function()
      local asked = retry_after.seconds(case.headers, NOW)
      local expected = case.retry and (asked or 0) <= 60 -- oai differs: 60 s, not 120 s
      assert.equal(expected, retry.delay(failed(429, case.headers), 0, SETTINGS, NOW, 0) ~= nil)
    end)
  end

  it("statuses", function()
    for _, status in ipairs(facts.retry_statuses) do
      if type(status) == "number" then
        assert.equal(0.5, retry.delay(failed(status), 0, SETTINGS, NOW, 0))
      end
    end
    for _, status in ipairs(facts.no_retry_statuses) do
      assert.is_nil(retry.delay(failed(status), 0, SETTINGS, NOW, 0))
    end
  end)
end)

describe_file("rate_limits", function(facts)
  for _, case in ipairs(facts.durations) do
    it("duration '" .. case["in"] .. "'", function()
      local seconds = rate_limit.duration(case["in"])
      assert.equal(case.s == cjson.null, seconds == nil)
      assert.is_true(seconds == nil or math.abs(seconds - case.s) < 1e-9)
    end)
  end

  for i, case in ipairs(facts.headers) do
    it("headers " .. i, function()
      local expected = plain(case.out)
      for _, part in pairs(expected or {}) do
        part.reset, part.reset_s = part.reset_s, nil
      end
      assert.same(expected, rate_limit.parse(case["in"]))
    end)
  end

  for i, case in ipairs(facts.quota_errors_not_to_retry) do
    it("quota " .. i, function()
      local body = type(case.body) == "table" and cjson.encode(case.body) or case.body
      local err = response.to_error(response.new(case.status, "HTTP/1.1 429\r\n\r\n", 1, 0), body)
      local delay = retry.delay(err, 0, { max_retries = 2, max_retry_delay = 60 }, NOW, 0)
      assert.equal(case.retry, delay ~= nil)
    end)
  end
end)

describe_file("embeddings", function(facts)
  for _, case in ipairs(facts.decode) do
    it("decodes " .. case.base64, function()
      assert.same(case.floats, core.vector(case.base64))
    end)
  end
end)
