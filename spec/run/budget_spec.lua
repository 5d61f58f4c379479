-- How much of its history a run may send, and who makes less of it.

local oai = require "oai"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

for _, api in ipairs { turns.responses, turns.chat } do
  describe("the budget of a run by " .. api.title, function()
    local DONE = { api.message "done" }

    local function tools()
      return { read = { run = function()
        return ("x"):rep(300)
      end } }
    end

    local function finish(list, fields)
      fields.tools = tools()
      local client, scene = api.scene(server, list)
      local run = api.run(client, fields)
      local _, err = run:final()
      return run, scene, err
    end

    local LIST = { { api.call("c1", "read") }, { api.call("c2", "read") }, DONE }

    --- The history without the calls but the last.
    local function last_call(items)
      return { items[1], items[#items - 1], items[#items] }
    end

    it("fails the run where nobody makes less of it", function()
      local run, scene, err = finish(LIST, { max_input_bytes = 200 })
      assert.equal("limit", err.kind)
      assert.equal("max_input", err.reason)
      assert.same({ "c1" }, err.completed)
      assert.equal(1, #scene:requests())
      assert.equal("failed", run.status)
    end)

    it("is as much as there is", function()
      local list = { { api.call("c1", "read") }, DONE }
      local _, scene = finish(list, {})
      local bytes = #oai.json.encode(api.history(turns.body(scene, 2)))
      assert.is_nil(select(3, finish(list, { max_input_bytes = bytes })))
      assert.equal("max_input", select(3, finish(list, { max_input_bytes = bytes - 1 })).reason)
    end)

    it("has a function make less of it; the run keeps all", function()
      local told
      local run, scene = finish(LIST, { max_input_bytes = 700, compact = function(items, about)
        told = about
        oai.sleep(0.001)
        return last_call(items)
      end })
      assert.equal("completed", run.status)
      assert.equal(3, #api.history(turns.body(scene, 3)))
      assert.equal(6, #run[api.name == "chat" and "messages" or "items"])
      assert.truthy(told.bytes > 700)
      assert.equal(700, told.max_bytes)
      local list = { DONE }
      local client, second = api.scene(server, list)
      local said = { { role = "user", content = "more" } }
      assert(api.run(client, { resume = run:state(), input = said }):final())
      assert.equal(5, #api.history(turns.body(second, 1)))
    end)

    it("counts tokens as the API does", function()
      local calls = 0
      local run = finish(LIST, { max_input_tokens = 14, compact = function(items, about)
        calls = calls + 1
        assert.equal(15, about.tokens)
        return last_call(items)
      end })
      assert.equal("completed", run.status)
      assert.equal(2, calls)
      assert.equal("max_input", select(3, finish(LIST, { max_input_tokens = 14 })).reason)
    end)

    it("does not send what cannot be, or is still too much", function()
      for expected, compact in pairs {
        ["'compact' returned no list but a nil"] = function() end,
        ["'compact' returned a number at 1"] = function() return { 5 } end,
        ["'compact' has raised: "] = function() error "boom" end,
        ["'compact' has failed: boom"] = function() return nil, "boom" end,
        ["'compact' has parted the call 'c1' from its output"] = function(items) return { items[1], items[2] } end,
        ["bytes are to be sent, and 'max_input_bytes' is 200"] = function(items) return items end,
      } do
        local _, scene, err = finish(LIST, { max_input_bytes = 200, compact = compact })
        assert.truthy(err.message:find(expected, 1, true), err.message)
        assert.equal(1, #scene:requests())
      end
      local _, _, err = finish(LIST, { max_input_bytes = 200, compact = function(items)
        return { items[1], items[3] }
      end })
      assert.equal("compact", err.reason)
    end)
  end)
end
