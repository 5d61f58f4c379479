-- Requests over HTTP/1.1 beside others over HTTP/2, on the same engine and to
-- the same server: none is sent over a connection of HTTP/1.1 that another
-- one is using, whose replies it would get.

local cjson = require "cjson"
local drive = require "spec.support.drive"
local other_libcurl = require "spec.support.other_libcurl"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"

-- Whether the machine has ::1.
local function has_ipv6()
  local listener = socket.tcp6()
  return listener ~= nil and listener:bind("::1", 0) ~= nil and listener:close() ~= nil
end

local WELL = { { steps = { { reply = {} } } } }

local function exchange(scene, id, version)
  return drive.exchange(scene, {
    url = scene.base_url .. "/calls/" .. id, transfer = { http_version = version },
  })
end

local function id_of(reply)
  return cjson.decode(reply:read()).id
end

-- One that waits over HTTP/1.1, and five beside it, each with its own reply.
local OTHER_TLS = [[
  local cjson, drive = require "cjson", require "spec.support.drive"
  local engine, base_url = drive.engine(drive.kinds[%d], { ca_file = %q }), %q
  local function start(id, version)
    local started = drive.exchange({ base_url = base_url },
      { url = base_url .. "/calls/" .. id, transfer = { http_version = version } })
    engine:start(started)
    return started
  end
  local function finish(started)
    local complete, _, message = drive.finish(engine, started)
    io.write(complete and cjson.decode(started:read()).id or message, " ")
  end
  local slow = start("slow", "1.1")
  engine:step(0.2)
  for i = 1, 5 do
    finish(start("quick" .. i))
  end
  finish(slow)
  engine:close()
]]

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

    local function keeps_to_itself(more)
      local scene = server:wire {
        speaks = "h2", both = true, requests = 1, parts = { { steps = { { wait = more.wait }, { reply = {} } } } },
        ipv6 = more.ipv6,
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
    end

    it("one that waits over HTTP/1.1 has its connection to itself", function()
      keeps_to_itself { wait = 1 }
    end)

    local it_has_ipv6 = has_ipv6() and it or pending
    it_has_ipv6("as it has over IPv6", function()
      keeps_to_itself { wait = 0.4, ipv6 = true }
    end)

    local it_preloads = other_libcurl.missing and pending or it
    it_preloads("as it has with another library for TLS", function()
      local scene = server:wire {
        speaks = "h2", both = true, requests = 1, parts = { { steps = { { wait = 1 }, { reply = {} } } } },
      }
      local environment = { OTHER_REFUSES = other_libcurl.refusal("SSL_CTX_FUNCTION", "UNKNOWN_OPTION") }
      local output, status = other_libcurl.run(environment,
        OTHER_TLS:format(kind.worker and 2 or 1, server.ca_file, scene.base_url))
      assert.same({ "quick1 quick2 quick3 quick4 quick5 slow ", 0 }, { output, status })
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
