-- A server that has reset a TLS connection: who writes to it, if only to say
-- goodbye, gets SIGPIPE, which ends a program that has not asked for it.

local child = require "spec.support.child"
local drive = require "spec.support.drive"
local server = require("spec.support.server").start { tls = true }

local EVENT = { sse = { { data = "a" }, { data = "b" } }, chunk_delay = 0.05 }

-- The ways in which a connection is let go of, or used again.
local WAYS = {
  ["closing the exchange"] = "exchange:close()",
  ["collecting it"] = "exchange = nil collectgarbage() collectgarbage()",
  ["its time-out"] = "exchange:expire()",
  ["draining it"] = "engine:drain(exchange)",
  ["closing the engine"] = "engine:close()",
  ["another exchange"] = "engine:start(other) engine:step(0.2)",
  ["waiting"] = "engine:step(0.2)",
}

for _, kind in ipairs(drive.kinds) do
  describe("SIGPIPE, " .. kind.name, function()
    for name, code in pairs(WAYS) do
      it("does not come of " .. name, function()
        local reset = { headers = { ["content-type"] = "text/event-stream" },
          steps = { { write = "data: a\n\n" }, { wait = 0.1 }, { reset = "connection" } } }
        local scene = server:scenario { replies = { reset, EVENT } }
        local program = child.start(([[
          local core = require "oai.core"
          local socket = require "socket"
          local engine = core.engine { worker = %s, options = { ca_file = %q } }
          local function new()
            return core.exchange(core.plan { method = "GET" }, %q .. "/x", nil, "stream")
          end
          local exchange, other = new(), new()
          engine:start(exchange)
          local limit = core.clock() + 20
          repeat
            engine:step(0.02)
          until exchange:event() or core.clock() > limit
          socket.sleep(0.4)
          %s
          socket.sleep(0.1)
          print "alive"
        ]]):format(tostring(kind.worker), server.ca_file, scene:base_url_on "https1", code))
        local output, status = program:finish()
        assert.equal("alive\n", output)
        assert.equal(0, status)
      end)
    end
  end)
end
