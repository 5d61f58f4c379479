-- Runs within the loops of hosts: functions overlap and wait there as calls
-- do, and the outcome is the same everywhere.

local child = require "spec.support.child"
local host = require "spec.support.host"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

local PROGRAM = [[
  local log = {}
  local function named(name, seconds)
    return { run = function()
      log[#log + 1] = name
      oai.sleep(seconds)
      log[#log + 1] = "/" .. name
      return name
    end }
  end
  local function read(run)
    local event, err = run:next()
    while event do
      event, err = run:next()
    end
    return not err and run, err
  end
  local function ask(stream)
    return client.responses:run { model = "m", input = "hi", stream = stream,
      tools = { slow = named("slow", 0.1), quick = named("quick", 0.01) } }
  end
]]

local function scene_of(api)
  local scene = server:scenario { replies = { api.reply { api.call("c1", "slow"), api.call("c2", "quick") },
    api.reply { api.message "done" } } }
  return scene
end

for _, api in ipairs { turns.responses, turns.streamed_responses } do
  describe("a run on a loop, by " .. api.title, function()
    for _, name in ipairs(host.names) do
      it("runs functions side by side: " .. name, function()
        local missing = host.missing(name)
        if missing then
          return pending(missing)
        end
        local output = host.run(name, scene_of(api), PROGRAM .. ([[
          local over
          local begin = go or function(fn)
            client:spawn(fn)
          end
          begin(function()
            local run = assert(read(ask(%s)))
            say(run.status, run.output_text, table.concat(log, " "))
            over = true
          end)
          run(function()
            return over
          end)
        ]]):format(tostring(api.is_streamed)))
        assert.truthy(output:find("completed\tdone\tslow quick /quick /slow", 1, true), output)
      end)
    end

    it("is the same in a task of a script, and in frames", function()
      for _, loop in ipairs { "blocking", "frame" } do
        local scene = scene_of(api)
        local output = child.run(([[
          local oai = require "oai"
          local client = oai.client { api_key = "sk-x", base_url = %q, loop = %q }
        ]]):format(scene.base_url, loop) .. PROGRAM .. ([[
          local task = client:spawn(function()
            local run = assert(read(ask(%s)))
            print(run.status, run.output_text, table.concat(log, " "))
          end)
          repeat
            if %q == "frame" then
              client:update()
            else
              client:run()
            end
          until task.done
        ]]):format(tostring(api.is_streamed), loop))
        assert.truthy(output:find("completed\tdone\tslow quick /quick /slow", 1, true), output)
      end
    end)
  end)
end

describe("the requests of a run", function()
  it("are the same bytes in every process", function()
    local api = turns.responses
    local first
    for _ = 1, 10 do
      local scene = scene_of(api)
      child.run(([[
        local oai = require "oai"
        local client = oai.client { api_key = "sk-x", base_url = %q }
      ]]):format(scene.base_url) .. PROGRAM .. "assert(read(ask()))")
      local body = scene:requests()[2].body
      first = first or body
      assert.equal(first, body)
    end
  end)
end)
