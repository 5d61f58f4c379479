-- Tools that a search has found: where another run goes on, it has them again
-- or says which it lacks.

local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

local api = turns.responses
local DONE = { api.message "done" }
local SEARCHED = { type = "tool_search_call", id = "i1", call_id = "t1", status = "completed", execution = "client",
  arguments = { goal = "weather" } }

local function catalog(log)
  local function tool(name)
    return { run = function()
      log[#log + 1] = name
      return name
    end }
  end
  local sea = { type = "namespace", name = "sea", tools = { wind = tool "wind" } }
  return { sea, sky = tool "sky", other = tool "other" }
end

local function search(log, found)
  return { type = "tool_search", execution = "client", found = found, run = function()
    local all = catalog(log)
    return { sky = all.sky, all[1] }
  end }
end

describe("tools that a search has found", function()
  local log, saved, items

  before_each(function()
    log = {}
    local client = api.scene(server, { { SEARCHED }, DONE })
    local run = assert(api.run(client, { tools = { search(log) } }):final())
    saved, items = run:state(), run.items
  end)

  local LATER = { api.call("c1", "sky"), api.call("c2", "wind", "{}", { namespace = "sea" }), api.call("c3", "other") }

  it("are called by a run that goes on, given again", function()
    for at = 1, 4 do
      log = {}
      local all = catalog(log)
      local fields = at > 2 and { resume = saved, input = "more" } or { input = items }
      fields.tools = at % 2 == 0 and { search(log, all) } or { search(log), all[1], sky = all.sky }
      local client, scene = api.scene(server, { LATER, DONE })
      local run = assert(api.run(client, fields):final())
      assert.same({ "sky", "wind" }, log)
      assert.equal("unknown_tool", run.errors[1].reason)
      assert.is_nil(turns.body(scene, 1).tools[1].found)
    end
  end)

  it("are named where they are not", function()
    for _, fields in ipairs { { resume = saved }, { input = items } } do
      for _, tools in ipairs { {}, { search(log) }, { search(log, {}) } } do
        fields.tools = tools
        local client = api.scene(server, {})
        local done, message = pcall(api.run, client, fields)
        assert.is_false(done)
        assert.truthy(message:find("oai: responses.run: a search has found tools that this run does not have: "
          .. "'sea.wind', 'sky'; give them as 'found' of the tool_search, or among its 'tools'", 1, true), message)
      end
    end
    assert.same({}, log)
  end)

  it("are not taken for others whose names they begin with, up to a NUL", function()
    local named = { type = "namespace", name = "sea", tools = { { type = "function", name = "wind\0other" } } }
    local output = { type = "tool_search_output", call_id = "t1", execution = "client", tools = { named } }
    local done, message = pcall(api.run, api.scene(server, {}), { input = { output }, tools = { search(log),
      catalog(log)[1] } })
    assert.is_false(done)
    assert.truthy(message:find("a search has found tools that this run does not have: 'sea.wind", 1, true), message)
  end)

  it("are those of a talk as long as it lasts, and when it is loaded", function()
    local client = api.scene(server, { { SEARCHED }, DONE, LATER, DONE, LATER, DONE })
    local talk = client:talk { model = "m", tools = { search(log) } }
    assert(talk:send "A")
    assert(talk:send "B")
    assert.same({ "sky", "wind" }, log)
    local from = talk:undo() and talk:save()
    assert(client:talk({ model = "m", tools = { search(log, catalog(log)) }, from = from }):send "B")
    assert.same({ "sky", "wind", "sky", "wind" }, log)
    local done, message = pcall(function()
      client:talk({ model = "m", tools = { search(log) }, from = from }):send "B"
    end)
    assert.is_false(done)
    assert.truthy(message:find("'sea.wind', 'sky'", 1, true), message)
  end)
end)
