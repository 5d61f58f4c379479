-- Functions that give what requests need, and make such requests themselves:
-- an error says so, on each loop, and nothing else is held for it.

local connect = require "spec.support.connect"
local nested = require "oai.nested"
local own_provider = require "spec.support.own_provider"
local server = require("spec.support.server").start {}
local tasks = require "spec.support.tasks"

local EMPTY = own_provider.EMPTY

--- What calls the client again, from a function that is asked for what it needs.
local AGAIN = {
  ["itself"] = function(client)
    return client.models:list()
  end,
  ["in a task of its own"] = function(client)
    return client:spawn(function()
      return client.models:list()
    end):await()
  end,
  ["in a task of a task"] = function(client)
    return client:spawn(function()
      return client:spawn(function()
        return client.models:list()
      end):await()
    end):await()
  end,
}

describe("a function of the program's that calls its own client", function()
  --- What comes of a call, in a task and in none where that may wait.
  local function each_way(client, loop, check)
    if loop == "blocking" then
      check(client.models:list())
    end
    check(tasks.run(client, loop, function()
      return client.models:list()
    end, 5))
  end

  for _, loop in ipairs(tasks.loops) do
    for how, again in pairs(AGAIN) do
      it(("gives no key, on %s, %s"):format(loop, how), function()
        local scene, client, asked = server:scenario { replies = { EMPTY } }, nil, 0
        client = connect.to(scene, { loop = loop, api_key = function()
          asked = asked + 1
          local found, err = again(client)
          return found and "key", err
        end })
        each_way(client, loop, function(value, err)
          assert.is_nil(value)
          assert.equal("authentication", err.kind)
          assert.truthy(tostring(err):find("makes a call that needs what it is to return", 1, true), tostring(err))
        end)
        assert.equal(loop == "blocking" and 2 or 1, asked)
        assert.equal(0, #scene:requests())
        client:close()
      end)

      for _, name in ipairs { "credential", "sign" } do
        it(("gives no provider's %s, on %s, %s"):format(name, loop, how), function()
          local scene, client = server:scenario { replies = { EMPTY } }, nil
          client = own_provider.at(scene, { credential = "k", [name] = function()
            local found, err = again(client)
            return found and "key", err
          end }, { loop = loop })
          each_way(client, loop, function(value, err)
            assert.is_nil(value)
            assert.equal("authentication", err.kind)
            assert.equal(("the provider 'own' makes a call in its function '%s' that needs what this is to return: "
              .. "send it by the function's second argument"):format(name), err.message)
          end)
          assert.equal(0, #scene:requests())
          client:close()
        end)
      end
    end
  end

  it("is not asked whether a refusal was mended by a call that it refuses itself", function()
    local refused = own_provider.REFUSED
    local scene, client, asked = server:scenario { replies = { refused, refused }, repeat_last = true }, nil, 0
    client = own_provider.at(scene, { credential = "k", unauthorized = function()
      asked = asked + 1
      client.models:list()
      return false
    end })
    assert.equal("authentication", select(2, client.models:list()).kind)
    assert.equal(1, asked)
    assert.equal(2, #scene:requests())
  end)

  it("checks no webhook by its own secret", function()
    local client, inner
    client = connect.to(server:scenario {}, { webhook_secret = function()
      inner = select(2, client.webhooks:unwrap("{}", {}))
      return "whsec_" .. ("QUJD"):rep(8)
    end })
    assert.is_nil((client.webhooks:unwrap("{}", {})))
    assert.truthy(tostring(inner):find("the function given as 'webhook_secret' makes a call that needs", 1, true),
      tostring(inner))
  end)

  it("may make it with another key", function()
    local scene, client = server:scenario { replies = { EMPTY, EMPTY } }, nil
    client = connect.to(scene, { api_key = function()
      assert(client.models:list(nil, { api_key = "key-1" }))
      return "key-2"
    end })
    assert(client.models:list())
    assert.equal("12", own_provider.sent(scene))
  end)

  it("may be raised out of, and is asked again", function()
    local asked = 0
    local client = connect.to(server:scenario { replies = { EMPTY, EMPTY } }, { api_key = function()
      asked = asked + 1
      return asked > 2 and "key" or error "no key"
    end })
    for _ = 1, 2 do
      assert.is_false((pcall(client.models.list, client.models)))
    end
    assert(client.models:list())
    assert(client:spawn(function()
      return client.models:list()
    end):await())
  end)

  it("is asked by several tasks at once", function()
    local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
    local other = connect.to(scene)
    local client = connect.to(scene, { api_key = function()
      assert(other.models:list())
      return "key"
    end })
    local function list()
      return client.models:list()
    end
    local first, second = client:spawn(list), client:spawn(list)
    assert(first:await())
    assert(second:await())
  end)
end)

describe("nested", function()
  it("forgets calls that were raised", function()
    local first, second = {}, {}
    pcall(nested.call, first, error)
    assert.is_false(nested.goes_on(first))
    assert.same({ true, false }, { nested.call(second, function()
      return nested.goes_on(second), nested.goes_on(first)
    end) })
    assert.is_false(nested.goes_on(second))
  end)

  it("knows calls within calls", function()
    local outer, inner = {}, {}
    local seen = nested.call(outer, function()
      return nested.call(inner, function()
        return { nested.goes_on(outer), nested.goes_on(inner) }
      end)
    end)
    assert.same({ true, true }, seen)
  end)

  it("hands a call down to a thread that begins in it, until it is over", function()
    local what = {}
    local thread = nested.call(what, function()
      local begun = coroutine.create(function()
        coroutine.yield(nested.goes_on(what))
        return nested.goes_on(what)
      end)
      nested.hand_down(begun)
      assert.same({ true, true }, { coroutine.resume(begun) })
      return begun
    end)
    assert.same({ true, false }, { coroutine.resume(thread) })
  end)
end)

describe("a function that is told of what its own calls do", function()
  local calls, one, told

  before_each(function()
    calls = 0
    one = nested.new { fn = function(again)
      calls = calls + 1
      return again and told(again)
    end }
    told = function(again)
      return nested.protected(one, again, pcall)
    end
  end)

  it("is not called within itself, and is once more afterwards", function()
    told(told)
    assert.equal(1, calls)
    told()
    assert.equal(2, calls)
  end)

  it("is called within another", function()
    assert.is_true((nested.protected(nested.new { fn = told }, nil, pcall)))
    assert.equal(1, calls)
  end)

  it("is called in one coroutine while another is within it", function()
    local _, failed = coroutine.resume(coroutine.create(function()
      return not pcall(coroutine.yield)
    end))
    if failed then
      return pending "Lua 5.1 does not wait within pcall"
    end
    one.fn = function()
      calls = calls + 1
      coroutine.yield()
    end
    local first, second = coroutine.wrap(told), coroutine.wrap(told)
    first()
    second()
    assert.equal(2, calls)
  end)
end)
