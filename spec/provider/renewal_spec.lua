-- Credentials of a provider's function that hold for a time: how long they are
-- kept, and by how many calls at a time the next one is asked for.

local core = require "oai.core"
local own_provider = require "spec.support.own_provider"
local server = require("spec.support.server").start {}
local tasks = require "spec.support.tasks"

local at, sent, tokens = own_provider.at, own_provider.sent, own_provider.tokens
local EMPTY, REFUSED = own_provider.EMPTY, own_provider.REFUSED

describe("a provider's credential", function()
  it("is kept where its function says how long, by the client, its copies and calls", function()
    local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
    local made = tokens(3600)
    local client = at(scene, { credential = made.next })
    for _, one in ipairs { client, client:with { timeout = 5 }, client } do
      assert(one.models:list(nil, { timeout = 6 }))
    end
    assert.same({ "111", 1 }, { sent(scene), made.asked })
  end)

  it("is renewed in time", function()
    local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
    local made = tokens(100)
    local client = at(scene, { credential = made.next, refresh_before = 30 })
    local started = core.clock()
    assert(client.models:list())
    local held = client._settings.credentials._state.token
    assert.is_true(held.renew_at >= started + 70 and held.renew_at < core.clock() + 70)
    held.renew_at = core.clock()
    assert(client.models:list())
    assert.equal("12", sent(scene))
  end)

  it("that cannot be renewed is used while it holds, unless that is final", function()
    for status, expected in pairs { [503] = "11", [403] = "1" } do
      local failing = server:scenario { replies = { { status = status, json = {} } }, repeat_last = true }
      local has_one = false
      local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
      local client = at(scene, { credential = function(_, send)
        if has_one then
          return send("POST", failing.base_url .. "/token", nil, { max_retries = 0 })
        end
        has_one = true
        return "token-1", 100
      end })
      assert(client.models:list())
      client._settings.credentials._state.token.renew_at = 0
      local _, err = client.models:list()
      assert.equal(expected, sent(scene))
      assert.equal(status == 403 and 403 or 200, err.status)
    end
  end)

  it("is asked for again where who asked is no more, in a coroutine of the program's", function()
    local scene = server:scenario { replies = { EMPTY } }
    local made = tokens(3600)
    local client = at(scene, { credential = function()
      local token, seconds = made.next()
      return made.asked == 1 and error("oops", 0) or token, seconds
    end })
    local thread = coroutine.create(function()
      return client.models:list()
    end)
    assert.is_false((coroutine.resume(thread)))
    local started = core.clock()
    assert(client.models:list())
    assert.is_true(core.clock() - started < 10)
    assert.equal("2", sent(scene))
  end)

  for _, loop in ipairs(tasks.loops) do
    describe("in tasks, loop " .. loop .. ",", function()
      --- Calls in `count` tasks. How many have succeeded, and errors.
      local function call_in_tasks(client, count, options)
        local all, failed = {}, {}
        for i = 1, count do
          all[i] = client:spawn(function()
            return client.models:list(nil, options)
          end)
        end
        assert.is_true(tasks.wait(client, loop, function()
          for _, one in ipairs(all) do
            if not one.done then
              return false
            end
          end
          return true
        end))
        for _, one in ipairs(all) do
          local value, err = one:await()
          failed[#failed + 1] = not value and err or nil
        end
        return count - #failed, failed
      end

      local function slow(delay, made)
        return function(_, send)
          local token, seconds = made.next()
          local other = server:scenario { replies = { { json = {}, delay = delay } } }
          local reply, err = send("GET", other.base_url .. "/wait")
          return reply and token, reply and seconds or err
        end
      end

      it("is asked for by one of many, and the others wait", function()
        local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
        local made = tokens(3600)
        local client = at(scene, { credential = slow(0.05, made) }, { loop = loop })
        local started = core.clock()
        assert.equal(10, (call_in_tasks(client, 10)))
        assert.is_true(core.clock() - started < 3)
        assert.same({ ("1"):rep(10), 1 }, { sent(scene), made.asked })
      end)

      it("that is refused to many is renewed by one", function()
        local replies = {}
        for i = 1, 5 do
          replies[i] = REFUSED
        end
        replies[6] = EMPTY
        local scene = server:scenario { replies = replies, repeat_last = true }
        local made = tokens(3600)
        local client = at(scene, { credential = slow(0.05, made) }, { loop = loop, limit_rate = false })
        assert.equal(5, (call_in_tasks(client, 5)))
        assert.equal(("1"):rep(5) .. ("2"):rep(5), sent(scene))
        assert.equal(2, made.asked)
      end)

      it("is asked for by another when the one that did is cancelled", function()
        local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
        local made = tokens(3600)
        local client = at(scene, { credential = slow(0.2, made) }, { loop = loop })
        local first = client:spawn(function()
          return client.models:list()
        end)
        local second = client:spawn(function()
          return client.models:list()
        end)
        tasks.go_on(client, loop)
        first:cancel()
        assert.is_true(tasks.wait(client, loop, function()
          return second.done
        end))
        local _, err = first:await()
        assert.equal("cancelled", err.kind)
        assert(second:await())
        assert.same({ "2", 2 }, { sent(scene), made.asked })
      end)

      it("is waited for no longer than a call may take", function()
        local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
        local client = at(scene, { credential = slow(0.5, tokens(3600)) }, { loop = loop })
        local first = client:spawn(function()
          return client.models:list()
        end)
        tasks.go_on(client, loop)
        local _, errors = call_in_tasks(client, 2, { total_timeout = 0.05 })
        assert.same({ "timeout", "timeout" }, { errors[1].kind, errors[2].kind })
        first:cancel()
        first:await()
      end)

      it("is asked for again after its function has raised", function()
        local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
        local made = tokens(3600)
        local client = at(scene, { credential = function()
          local token, seconds = made.next()
          return made.asked == 1 and error("oops", 0) or token, seconds
        end }, { loop = loop })
        local first = client:spawn(function()
          return client.models:list()
        end)
        local _, raised, err = pcall(first.await, first)
        assert.truthy(tostring(raised or err):find("oops", 1, true))
        assert.equal(3, (call_in_tasks(client, 3)))
        assert.same({ "222", 2 }, { sent(scene), made.asked })
      end)
    end)
  end
end)
