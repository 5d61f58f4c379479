-- Over which protocol and connection exchanges go when some of them are held
-- back because their readers are behind.

local core = require "oai.core"
local drive = require "spec.support.drive"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }
local timing = require "spec.support.timing"

local TWO = { body = "two" }
local LARGE = 64 * 1024 * 1024
local LISTENERS = { "http", "https1", "https" }

for _, kind in ipairs(drive.kinds) do
  describe("a protocol, " .. kind.name, function()
    local engine

    before_each(function()
      engine = drive.engine(kind, { ca_file = server.ca_file })
    end)

    after_each(function()
      engine:close()
    end)

    local function start(scene, listener, fields)
      local all = { url = scene:base_url_on(listener) .. "/x" }
      for name, value in pairs(fields or {}) do
        all[name] = value
      end
      local exchange = drive.exchange(scene, all)
      engine:start(exchange)
      return exchange
    end

    local function finish(exchange)
      local complete, _, message = drive.finish(engine, exchange)
      return complete and exchange:read(), message
    end

    local function pass(seconds)
      drive.pass(engine, seconds)
    end

    --- All that a stream has got until its end, taken in `rounds` with pauses.
    local function read_late(stream, rounds)
      local bytes = 0
      while stream:outcome() == nil do
        bytes = bytes + #(stream:read() or "")
        pass(rounds > 0 and 0.05 or 0.001)
        rounds = rounds - 1
      end
      local rest = stream:read()
      while rest and rest ~= "" do
        bytes, rest = bytes + #rest, stream:read()
      end
      return bytes, stream:outcome()
    end

    for _, listener in ipairs(LISTENERS) do
      describe("with a stream that nobody reads, over " .. listener, function()
        local scene, stream

        before_each(function()
          scene = server:scenario { replies = { { steps = { { fill = LARGE } } }, TWO }, repeat_last = true }
          stream = start(scene, listener, { sink = "stream", method = "POST", body = "b" })
          drive.wait(engine, function()
            return stream:status() ~= nil
          end)
        end)

        it("leaves memory and the processor alone #timed", function()
          pass(0.2)
          local memory = process.memory()
          local share = timing.share(function()
            pass(0.5)
          end)
          assert.is_true(process.memory() - memory < 24 * 1024 * 1024)
          assert.is_true(share < timing.idle, share)
          assert.equal("open", scene:requests()[1].outcome)
          stream:close()
        end)

        it("holds back nobody else #timed", function()
          for i = 1, 6 do
            local started = core.clock()
            assert.equal("two", finish(start(scene, listener, i % 2 == 0 and { method = "POST", body = "b" } or nil)))
            assert.is_true(core.clock() - started < 5)
            pass(0.02)
          end
          assert.equal("open", scene:requests()[1].outcome)
          stream:close()
        end)
      end)

      it("gives all of a stream to a reader who is late, over " .. listener, function()
        local scene = server:scenario { replies = { { steps = { { fill = 8e6 } } }, TWO }, repeat_last = true }
        local stream = start(scene, listener, { sink = "stream" })
        pass(0.3)
        assert.equal("two", finish(start(scene, listener)))
        local bytes, complete = read_late(stream, 5)
        assert.equal(8e6, bytes)
        assert.is_true(complete)
        assert.equal("two", finish(start(scene, listener)))
      end)
    end
  end)
end
