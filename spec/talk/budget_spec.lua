-- How much of its history a talk sends, and what is always sent.

local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

for _, api in ipairs { turns.responses, turns.chat } do
  describe("the budget of a talk by " .. api.title, function()
    local HISTORY = api.name == "chat" and "messages" or "items"

    --- Replies of which each says that so many tokens were used, its request included.
    local function list_of(totals)
      local list = {}
      for i, total in ipairs(totals) do
        local whole = api.whole { api.message("a" .. i) }
        whole.usage = { total_tokens = total }
        list[i] = { json = whole }
      end
      return list
    end

    local function talk_of(list, fields)
      local client, scene = api.scene(server, list)
      fields.model, fields.api = "m", api.name
      fields.instructions = "Be brief."
      return client:talk(fields), scene
    end

    --- What the user says in a request, and the instructions.
    local function asked(scene, number)
      local words, body = { turns.body(scene, number).instructions }, turns.body(scene, number)
      for _, item in ipairs(api.history(body)) do
        words[#words + 1] = (item.role == "user" or item.role == "system") and item.content or nil
      end
      return table.concat(words, " ")
    end

    local function say_all(talk, count)
      for i = 1, count do
        assert(talk:send("q" .. i))
      end
    end

    it("leaves out the oldest rounds, by what the server counts", function()
      local talk, scene = talk_of(list_of { 100, 200, 300, 250 }, { max_input_tokens = 220 })
      say_all(talk, 3)
      assert.equal("Be brief. q1 q2 q3", asked(scene, 3))
      assert(talk:send "q4") -- 300 are counted: without the second round there are about 200
      assert.equal("Be brief. q3 q4", asked(scene, 4))
      assert.equal(8, #talk[HISTORY])
      assert.equal("q4", talk:undo())
    end)

    it("knows what was taken back, and what is asked again", function()
      local talk, scene = talk_of(list_of { 100, 200, 300, 290 }, { max_input_tokens = 250 })
      say_all(talk, 3)
      talk:undo()
      assert(talk:send "q4")
      assert.equal("Be brief. q1 q2 q4", asked(scene, 4))
      talk, scene = talk_of(list_of { 100, 200, 190 }, { max_input_tokens = 150 })
      say_all(talk, 2)
      assert(talk:regenerate())
      assert.equal("Be brief. q1 q2", asked(scene, 3))
    end)

    it("sends what is said after all of it was made less, and taken back", function()
      local talk, scene = talk_of(list_of { 1, 1, 1, 1, 1, 1 }, { compact = function(items)
        return items[4] and { { role = "user", content = "summary" } } or items
      end })
      say_all(talk, 3)
      assert.equal("Be brief. summary q3", asked(scene, 3))
      for _ = 1, 3 do
        talk:undo()
      end
      assert(talk:send "q5")
      assert(talk:send "q6")
      assert.equal("Be brief. summary q5 q6", asked(scene, 5))
    end)

    it("never parts a call from its output", function()
      local tools = { f = { run = function()
        return ("x"):rep(200)
      end } }
      local list = { { api.call("c1", "f") }, { api.message "one" }, { api.message "two" } }
      local talk, scene = talk_of(list, { max_input_bytes = 200, tools = tools })
      assert(talk:send "q1")
      assert(talk:send "q2")
      assert.equal("Be brief. q1", asked(scene, 2))
      assert.equal("Be brief. q2", asked(scene, 3))
      assert.same({}, (api.outputs(turns.body(scene, 3))))
    end)

    it("asks a function, of which the rounds at the end stay rounds", function()
      local about
      local talk, scene = talk_of(list_of { 100, 200, 300, 90, 100 }, { max_input_tokens = 250,
        compact = function(items, what)
          about = what
          local list = { { role = "user", content = "summary" } }
          for i = #items - 1, #items do
            list[#list + 1] = items[i]
          end
          return list
        end })
      say_all(talk, 4)
      assert.equal("Be brief. q1 q2 q3", asked(scene, 3))
      assert.equal("Be brief. summary q3 q4", asked(scene, 4))
      assert.is_true(about.tokens > 300 and about.tokens < 330)
      assert.equal(250, about.max_tokens)
      talk:undo()
      assert(talk:send "q5")
      assert.equal("Be brief. summary q3 q5", asked(scene, 5))
    end)

    it("asks it before each send where there is no limit", function()
      local talk, scene = talk_of(list_of { 1, 1, 1 }, { compact = function(items)
        return { items[#items - 1], items[#items] }
      end })
      say_all(talk, 3)
      assert.equal("Be brief. q2 q3", asked(scene, 3))
    end)

    it("sends nothing where that function fails, or parts a call from its output", function()
      local what
      local talk, scene = talk_of({ { api.call("c1", "f") }, { api.message "one" } }, {
        tools = { f = { run = function() end } },
        compact = function(items)
          if what == "raises" then
            error "no more"
          elseif what == "parts" then
            return { items[1], items[2] }
          end
          return nil, "no summary"
        end,
      })
      assert(talk:send "q1")
      local _, err = talk:send "q2"
      assert.same({ "failed", "compact", "no summary" }, { err.kind, err.reason, err.cause })
      what = "raises"
      _, err = talk:send "q2"
      assert.same({ "failed", "compact" }, { err.kind, err.reason })
      assert.truthy(err.cause:find "budget_spec.lua:%d+: no more$", err.cause)
      what = "parts"
      _, err = talk:send "q2"
      assert.truthy(err.message:find("'compact' has parted the call 'c1' from its output", 1, true), err.message)
      assert.equal(2, #scene:requests())
      assert.equal(4, #talk[HISTORY])
      assert.is_nil(talk.answering)
    end)

    it("sends nothing where what is said is too much by itself", function()
      local talk, scene = talk_of(list_of { 1 }, { max_input_bytes = 100 })
      assert(talk:send "q1")
      local _, err = talk:send(("q"):rep(100))
      assert.same({ "limit", "max_input" }, { err.kind, err.reason })
      assert.equal(1, #scene:requests())
    end)
  end)
end
