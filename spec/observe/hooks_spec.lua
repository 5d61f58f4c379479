-- Hooks: put on, taken off, called; and what they are not shown unless they ask.

local connect = require "spec.support.connect"
local conversation = require "spec.support.conversation"
local oai = require "oai"
local server = require("spec.support.server").start()
local told_client = require "spec.support.told_client"

local ANSWER, ASKED = told_client.ANSWER, told_client.ASKED

describe("hooks", function()
  it("shows no secret, and bodies only where they are asked for", function()
    local client = connect.to(server:scenario { replies = { ANSWER }, repeat_last = true })
    local bodies = {}
    for _, name in ipairs { "request", "response" } do
      client:on(name, function(one)
        bodies[#bodies + 1] = one.body
      end, { bodies = true })
    end
    local told = told_client.told_of(client)
    assert(client.chat.completions:create(ASKED))
    assert.truthy(bodies[1]:find("a word of mine", 1, true) and bodies[2]:find('"hi"', 1, true))
    for _, one in ipairs(told) do
      assert.is_nil(one.body)
      assert.is_nil((oai.dump(one) .. tostring(one)):find(connect.key, 1, true))
    end
  end)

  for _, name in ipairs { "request", "response" } do
    it("tells a hook of no request that it makes itself, but others: " .. name, function()
      local scene = server:scenario { replies = { ANSWER }, repeat_last = true }
      local client, counts = connect.to(scene), { 0, 0, 0 }
      for i, copy in ipairs { client, client:with {} } do
        client:on(name, function()
          counts[i] = counts[i] + 1
          copy.chat.completions:create(ASKED)
        end)
      end
      client:on(name, function()
        counts[3] = counts[3] + 1
      end)
      assert(client.chat.completions:create(ASKED))
      assert.same({ 2, 2, 5 }, counts) -- each is told of the call, and of the other's for that
      assert.equal(5, #scene:requests())
    end)

    it("tells a hook of no request of a task that it begins: " .. name, function()
      local scene = server:scenario { replies = { ANSWER }, repeat_last = true }
      local client, count, list = connect.to(scene), 0, {}
      client:on(name, function()
        count = count + 1
        list[count] = client:spawn(function()
          oai.sleep(0.01) -- the hook has returned by then
          return client:spawn(function()
            return client.chat.completions:create(ASKED)
          end):await()
        end)
      end)
      for i = 1, 2 do
        assert(client.chat.completions:create(ASKED))
        assert(list[i]:await())
        assert.same({ i, i * 2 }, { count, #scene:requests() })
      end
    end)
  end

  it("tells a hook that has raised in a request of its own of the next one", function()
    local client, count = connect.to(server:scenario { replies = { ANSWER }, repeat_last = true }), 0
    client:on("request", function()
      count = count + 1
      client.chat.completions:create(ASKED)
      error "as planned"
    end)
    for i = 1, 3 do
      assert(client.chat.completions:create(ASKED))
      assert.equal(i, count)
    end
  end)

  it("takes hooks off, also from within one, and tells copies", function()
    local client = connect.to(server:scenario { replies = { ANSWER }, repeat_last = true })
    local copy, count, off = client:with { max_retries = 0 }, 0, nil
    off = client:on("response", function()
      count = count + 1
      off()
      off()
    end)
    assert(copy.chat.completions:create(ASKED))
    assert(copy.chat.completions:create(ASKED))
    assert.equal(1, count)
    assert.is_false(client._shared.hooks)
  end)

  --- What a call comes to, as its error: of a client that a hook closes.
  local function closed_by(name, scene, call)
    local client = connect.to(scene)
    client:on(name, function()
      client:close()
    end)
    local value, err = call(client)
    assert.is_nil(value)
    return { err.kind, err.reason, err.operation }
  end

  it("may close the client: a call in another's task is not sent", function()
    local scene, other = server:scenario { replies = { ANSWER } }, oai.client { api_key = "k" }
    assert.same({ "cancelled", "closed", "chat.completions.create" }, closed_by("request", scene, function(client)
      return other:spawn(function()
        return client.chat.completions:create(ASKED)
      end):await()
    end))
    assert.equal(0, #scene:requests())
    other:close()
  end)

  it("may close the client: there is no connection then", function()
    local scene = conversation.scene(server, { {} })
    assert.same({ "cancelled", "closed", "realtime.connect" }, closed_by("response", scene, conversation.open))
    scene:close()
  end)

  it("survives a hook that raises, and says so once", function()
    local lines = {}
    local client = connect.to(server:scenario { replies = { ANSWER }, repeat_last = true }, {
      log = function(level, line)
        lines[#lines + 1] = level == "error" and line or nil
      end,
    })
    client:on("request", function()
      error "mine"
    end)
    assert(client.chat.completions:create(ASKED))
    assert(client.chat.completions:create(ASKED))
    assert.equal(1, #lines)
    assert.truthy(lines[1]:find "a hook of 'request' has raised: .*mine")
  end)

  it("refuse what they cannot do, at the program's line", function()
    local client = oai.client { api_key = "k" }
    for expected, wrong in pairs {
      ["there is no event 'requests': \"request\", "] = { "requests", print },
      ["expected a function, got nil"] = { "request" },
      ["the options must be a table, got number"] = { "request", print, 1 },
      ["unknown option 'body'"] = { "request", print, { body = true } },
      ["option 'bodies' must be a boolean, got string"] = { "request", print, { bodies = "yes" } },
    } do
      local done, message = pcall(function()
        client:on(wrong[1], wrong[2], wrong[3])
      end)
      assert.is_false(done)
      assert.truthy(message:find("hooks_spec.lua:%d+: oai: client:on: "), message)
      assert.truthy(message:find(expected, 1, true), message)
    end
    assert.is_falsy(client._shared.hooks)
  end)
end)
