-- Lanes, and runs over a socket, within the loops of hosts: they are read side
-- by side there, and in coroutines of the host's own.

local conversation = require "spec.support.conversation"
local host = require "spec.support.host"
local scenes = require "spec.support.socket_scenes"
local server = require("spec.support.server").start()

local PROGRAM = [[
  local over, texts = 0, {}
  local begin = go or function(fn)
    client:spawn(fn)
  end
  local connection
  local function ask(i)
    local lane = assert(connection:lane("l" .. i))
    assert(lane:create { model = "m", input = tostring(i) })
    local text = assert(lane:final()).output_text
    texts[#texts + 1] = text
    lane:close()
    over = over + 1
  end
  begin(function()
    connection = assert(client.responses:connect())
    for i = 1, 3 do
      begin(function()
        ask(i)
      end)
    end
    local text = assert(client.responses:run({ model = "m", input = "x", transport = connection }):final()).output_text
    texts[#texts + 1] = text
    over = over + 1
  end)
  run(function()
    return over == 4
  end)
  table.sort(texts)
  say(table.concat(texts, " "))
]]

describe("lanes on a loop", function()
  for _, name in ipairs(host.names) do
    it("are read side by side, with a run: " .. name, function()
      local missing = host.missing(name)
      if missing then
        return pending(missing)
      end
      local said = {}
      for i = 1, 4 do
        said[i] = { text = "answer" .. i, wait = 0.002 }
      end
      local scene = conversation.scene(server, { scenes.responses { said = said } })
      local output = host.run(name, scene, PROGRAM)
      assert.truthy(output:find("answer1 answer2 answer3 answer4", 1, true), output)
      scene:close()
    end)
  end
end)
