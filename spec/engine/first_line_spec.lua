-- A reply whose header begins with a folded line, after a good one: some
-- versions of libcurl crash the program with it.

local drive = require "spec.support.drive"
local server = require("spec.support.server").start { tls = true }

local FOLDED = {
  ["at once"] = "HTTP/1.1 200 OK\r\n folded: " .. ("a"):rep(3000) .. "\r\nContent-Length: 2\r\n\r\nok",
  ["by a tab"] = "HTTP/1.1 200 OK\r\n\tfolded\r\nContent-Length: 2\r\n\r\nok",
  ["behind an interim reply"] = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n folded\r\n"
    .. "Content-Length: 2\r\n\r\nok",
  ["alone"] = "HTTP/1.1 200 OK\r\n \r\n\r\n",
}

for _, kind in ipairs(drive.kinds) do
  describe("a header's first line, " .. kind.name, function()
    for name, raw in pairs(FOLDED) do
      for _, listener in ipairs { "http", "https1" } do
        it(("may be folded %s, over %s"):format(name, listener), function()
          local engine = drive.engine(kind, { ca_file = server.ca_file })
          local replies = {}
          for i = 1, 20 do
            replies[2 * i - 1], replies[2 * i] = { body = "good" }, { raw = raw }
          end
          local scene = server:scenario { replies = replies }
          for i = 1, #replies do
            local exchange = drive.exchange(scene, { url = scene:base_url_on(listener) .. "/x" })
            engine:start(exchange)
            local complete, kind_of_end = drive.finish(engine, exchange)
            if i % 2 == 1 then
              assert.is_true(complete)
              assert.equal("good", exchange:read())
            elseif not complete then -- newer versions take it for an ordinary line
              assert.equal("connection", kind_of_end)
            end
            exchange:close()
            if i % 2 == 0 then -- the server ends the connection
              scene:wait_idle()
            end
          end
          engine:close()
        end)
      end
    end
  end)
end
