-- Requests over HTTP/1.1 beside others over HTTP/2, on the same engine and to
-- the same server: none is sent over a connection of HTTP/1.1 that another
-- one is using, whose replies it would get.

local cjson = require "cjson"
local drive = require "spec.support.drive"
local server = require("spec.support.server").start { tls = true }

local WELL = { { steps = { { reply = {} } } } }

local function exchange(scene, id, version)
  return drive.exchange(scene, {
    url = scene.base_url .. "/calls/" .. id, transfer = { http_version = version },
  })
end

local function id_of(reply)
  return cjson.decode(reply:read()).id
end

for _, kind in ipairs(drive.kinds) do
  describe("connections of both protocols, " .. kind.name .. ":", function()
    local engine

    local function start(scene, id, version)
      local started = exchange(scene, id, version)
      engine:start(started)
      return started
    end

    local function finish(started)
      assert.is_true(drive.finish(engine, started))
      return id_of(started)
    end

    before_each(function()
      engine = drive.engine(kind, { ca_file = server.ca_file })
    end)

    after_each(function()
      engine:close()
    end)

    it("one that waits over HTTP/1.1 has its connection to itself", function()
      local scene = server:wire {
        speaks = "h2", both = true, requests = 1, parts = { { steps = { { wait = 1 }, { reply = {} } } } },
      }
      local slow = start(scene, "slow", "1.1")
      drive.wait(engine, function()
        return #scene:journal().requests == 1
      end)
      for i = 1, 5 do
        assert.equal("quick" .. i, finish(start(scene, "quick" .. i)))
      end
      assert.is_nil(slow:outcome())
      assert.equal("slow", finish(slow))
      assert.equal(6, #scene:journal().requests)
    end)

    it("as it has where the server chooses the protocol", function()
      local scene = server:wire {
        speaks = "turns", both = true, parts = { { steps = { { wait = 0.05 }, { reply = {} }, { fin = true } } } },
      }
      for round = 1, 5 do
        local list = {}
        for i = 1, 6 do
          list[i] = start(scene, ("r%dn%d"):format(round, i))
          engine:step(0.02)
        end
        for i, started in ipairs(list) do
          drive.wait(engine, function()
            return started:outcome() ~= nil
          end)
          assert.is_true(not started:outcome() or id_of(started) == ("r%dn%d"):format(round, i))
        end
      end
    end)

    it("a form of many and a call of few bytes do not meet", function()
      local scene = server:wire { speaks = "h2", warm = 1, parts = WELL }
      local list = {}
      for i = 1, 20 do
        list[i] = start(scene, "n" .. i, i % 3 == 0 and "1.1" or nil)
      end
      for i, started in ipairs(list) do
        assert.equal("n" .. i, finish(started))
      end
    end)
  end)
end
