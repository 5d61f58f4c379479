-- Functions that the model calls over a socket, within the loops of hosts: in a
-- task, and in a coroutine of the host's own.

local conversation = require "spec.support.conversation"
local host = require "spec.support.host"
local scenes = require "spec.support.socket_scenes"
local server = require("spec.support.server").start()

local SAID = { { call = "slow", arguments = "{}", call_id = "c1" }, { text = "It was slow." } }

local CALLING = [[
  local ended, said = false, {}
  local function talk()
    local connection = assert(client.realtime:connect { model = "m", tools = oai.tools { slow = { run = function()
      oai.sleep(0.005)
      said[#said + 1] = "slow"
      return "done"
    end } } })
    assert(connection.response:create())
    local response = assert(connection:response())
    said[#said + 1] = response.id
    said[#said + 1] = connection:text()
    assert(connection:close())
    ended = true
  end
  after(0, function()
    %s
  end)
  run(function() return ended end)
  say(table.concat(said, ", "))
  client:close()
]]

for _, name in ipairs(host.names) do
  describe("functions of a socket on the loop " .. name, function()
    local missing = host.missing(name)
    local starts = { ["a task"] = "client:spawn(talk)", ["a coroutine"] = name ~= "uv" and "go(talk)" or nil }
    for where, start in pairs(starts) do
      it("run in " .. where, function()
        if missing then
          pending(missing)
        end
        local scene = conversation.scene(server, { scenes.realtime { said = SAID } })
        local output, status = host.run(name, scene, CALLING:format(start))
        assert.equal("slow, resp_2, It was slow.\n", output)
        assert.equal(0, status)
        scene:close()
      end)
    end
  end)
end
