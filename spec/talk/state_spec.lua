-- A talk saved, and gone on from: here, and in another process that has nothing
-- but the text.

local child = require "spec.support.child"
local oai = require "oai"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

for _, api in ipairs { turns.responses, turns.chat } do
  describe("a saved talk by " .. api.title, function()
    local LIST = { { api.call("c1", "f") }, { api.message "one" }, { api.message "two" } }

    local function begun(more)
      local client, scene = api.scene(server, LIST)
      local given = { model = "m", api = api.name, instructions = "Be brief.",
        tools = { f = { run = function()
          return "F"
        end } } }
      for name, value in pairs(more or {}) do
        given[name] = value
      end
      local talk = client:talk(given)
      assert(talk:send "A")
      return talk, scene, client
    end

    it("goes on, with its tokens, and is the same text again", function()
      local talk, scene, client = begun()
      local other = client:talk { model = "m", instructions = "Be brief.", from = talk:save() }
      assert.equal(talk:save(), other:save())
      assert(other:send "B")
      local before, after = api.history(turns.body(scene, 2)), api.history(turns.body(scene, 3))
      assert.equal(#before + 2, #after)
      for i, item in ipairs(before) do
        assert.same(item, after[i])
      end
      assert.same(api.summed(3), other.usage)
    end)

    it("goes on in another process", function()
      local talk, scene = begun()
      local output = child.run(([[
        local client = require("oai").client { api_key = "sk-x", base_url = %q, max_retries = 0 }
        print(assert(client:talk({ model = "m", from = %q }):send "B").output_text)
      ]]):format(scene.base_url, talk:save()), {})
      assert.equal("two\n", output)
      assert.equal(3, #scene:requests())
    end)

    it("has no round that is not answered", function()
      local talk, _, client = begun()
      local run = talk:stream "B"
      local saved = talk:save()
      run:cancel()
      assert.equal(talk:save(), saved)
      assert.is_nil(client:talk({ model = "m", from = saved }).answering)
    end)

    it("goes on with what paused", function()
      local asks = { f = { needs_approval = true, run = function()
        return "F"
      end } }
      local client, scene = api.scene(server, { { api.message "zero" }, LIST[1], LIST[2], LIST[3] })
      local talk = client:talk { model = "m", api = api.name, tools = asks }
      assert(talk:send "0")
      assert.equal("paused", assert(talk:send "A").status)
      local later = client:talk { model = "m", tools = asks, from = talk:save() }
      assert.equal(2, #(later.items or later.messages))
      local run = later.answering
      assert.equal("paused", assert(run:final()).status)
      run:approve("c1", true)
      assert.equal("one", assert(run:final()).output_text)
      assert.same(api.summed(3), later.usage)
      assert(later:send "B")
      assert.equal(#api.history(turns.body(scene, 3)) + 2, #api.history(turns.body(scene, 4)))
      assert.equal("B", later:undo())
      assert.equal("A", later:undo())
      talk:cancel()
      assert.is_nil(client:talk({ from = talk:save() }).answering)
    end)

    it("is refused where it is another", function()
      local talk, _, client = begun()
      local saved = talk:save()
      local function refused(given)
        local done, message = pcall(client.talk, client, given)
        assert.is_false(done)
        return message
      end
      local wanted = api.name == "chat" and "responses" or "chat"
      assert.truthy(refused({ api = wanted, from = saved }):find("talk: 'from' is a talk by " .. api.name, 1, true))
      assert.truthy(refused({ history = "conversation", from = saved }):find("with history = 'client'", 1, true))
      local later = assert(saved:gsub('"version":1', '"version":2'))
      assert.truthy(refused({ from = later }):find("is a talk of another version (2)", 1, true))
      for name, value in pairs { api = "other", history = oai.null, opening = { 5 }, summary = { "x" }, first = -1,
        tokens = "5", rounds = { { said = {}, answer = {}, tokens = 1 } } } do
        local changed = oai.json.decode(saved)
        changed[name] = value
        local message = refused { from = oai.json.encode(changed) }
        assert.truthy(message:find("oai: talk: 'from' is no talk that was saved: ", 1, true), name .. ": " .. message)
      end
      local broken = oai.json.decode(saved)
      broken.first = nil
      assert.truthy(refused({ from = oai.json.encode(broken) }):find("how much of it is sent", 1, true))
      broken.rounds[1].said = nil
      assert.truthy(refused({ from = oai.json.encode(broken) }):find("round 1 is none", 1, true))
      broken.summary = nil
      assert.truthy(refused({ from = oai.json.encode(broken) }):find("'summary' is missing", 1, true))
    end)
  end)
end
