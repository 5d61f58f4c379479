-- Replies: their facts, their values, and the errors they are. Facts are in
-- spec/support/facts/http_errors.lua.

local drive = require "spec.support.drive"
local error_value = require "oai.error"
local facts = require "spec.support.facts.http_errors"
local like = require "spec.support.like"
local oai = require "oai"
local response = require "oai.call.response"
local server = require("spec.support.server").start()

local BLOCK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: req_9\r\n"
  .. "X-RateLimit-Remaining-Requests: 59\r\n\r\n"

local function facts_of(status, block)
  return response.new(status, block or BLOCK, 2, 0.25)
end

--- The facts of a reply that came whole, in the second attempt or in this one.
local function facts_of_whole(reply, attempts)
  local engine = drive.engine(drive.kinds[1])
  local exchange = drive.exchange(server:scenario { replies = { reply } })
  engine:start(exchange)
  drive.finish(engine, exchange)
  local facts_ = response.whole((exchange:reply()), exchange, attempts or 2, 0.25)
  engine:close()
  return facts_
end

describe("call.response", function()
  describe("new", function()
    it("holds the facts of a reply", function()
      local reply = facts_of(200)
      assert.same({ 200, 2, 0.25, "req_9", "application/json" },
        { reply.status, reply.attempts, reply.elapsed, reply.request_id, reply.headers["Content-Type"] })
      assert.same({ requests = { remaining = 59 } }, reply.rate_limit)
      assert.equal("oai.Response 200", tostring(reply))
    end)

    it("has nothing where the reply has nothing", function()
      local reply = facts_of(200, "HTTP/1.1 200 OK\r\n\r\n")
      assert.is_nil(reply.request_id)
      assert.is_nil(reply.rate_limit)
      assert.is_nil(reply.body)
      assert.same({}, reply.headers)
    end)

    it("reads the header once", function()
      local reply = facts_of(200)
      assert.equal(reply.headers, reply.headers)
    end)
  end)

  describe("to_error", function()
    for i, fact in ipairs(facts) do
      it(("reads error %d, of status %d"):format(i, fact[1]), function()
        local err = response.to_error(facts_of(fact[1]), fact[2])
        assert.is_nil(like(fact[3], err))
        assert.is_true(error_value.is_error(err))
        assert.same({ fact[1], fact[2], "req_9", 2, 0.25 },
          { err.status, err.body, err.request_id, err.attempts, err.elapsed })
        assert.is_string(err.message)
      end)
    end

    it("has a message where the body has none, though it is no UTF-8", function()
      for _, body in ipairs { '{"error":{"x":"\255"}}', '{"x":"\255"}', '{"error":{"message":{"x":"\255"}}}' } do
        assert.equal('{"x":"\239\191\189"}', response.to_error(facts_of(400), body).message)
      end
    end)

    it("has the facts of the reply", function()
      local err = response.to_error(facts_of(429), "")
      assert.equal("59", err.headers["x-ratelimit-remaining-requests"])
      assert.equal(59, err.rate_limit.requests.remaining)
    end)

    it("quotes the whole of a short one", function()
      local body = ("x"):rep(1000)
      assert.equal(body, response.to_error(facts_of(502), body).message)
    end)

    it("quotes the beginning of a long body, in whole characters", function()
      for extra = 0, 3 do
        for _, character in ipairs { "\226\128\128", "\226\130\191", "\240\159\152\128", "\195\191" } do
          local before = 997 + extra
          local body = ("x"):rep(before) .. character:rep(500)
          local err = response.to_error(facts_of(502), body)
          local whole = before + math.floor(math.max(1000 - before, 0) / #character) * #character
          assert.equal(body:sub(1, math.min(whole, 1000)) .. "...", err.message)
          assert.equal(body, err.body)
        end
      end
    end)
  end)

  describe("whole", function()
    it("holds what an exchange keeps, when asked", function()
      local reply = facts_of_whole { headers = { ["x-request-id"] = "req_9" }, body = "a\0b" }
      assert.same({ 200, 2, 0.25, "req_9" }, { reply.status, reply.attempts, reply.elapsed, reply.request_id })
      assert.equal("req_9", reply.headers["X-Request-Id"])
      for _ = 1, 2 do
        assert.equal("a\0b", reply.body)
      end
    end)

    it("says how many attempts there were, a first one's too", function()
      for attempts = 1, 2 do
        local reply = facts_of_whole({ status = 204 }, attempts)
        assert.truthy(oai.dump(reply):find("attempts = " .. attempts .. ",", 1, true))
        assert.same({ attempts, attempts }, { reply.attempts, response.to_error(reply, "").attempts })
      end
    end)

    it("has an empty body where none came", function()
      assert.equal("", facts_of_whole({ status = 204 }).body)
    end)
  end)

  it("annotates with nothing where no reply came", function()
    local err = error_value.new { kind = "connection", message = "m" }
    assert.equal(err, response.annotate(err, nil))
    assert.is_nil(err.status)
  end)
end)
