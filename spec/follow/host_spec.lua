-- A stream that goes on over cuts within the loops of hosts: in a task, and in
-- a coroutine of the host's own.

local background = require "spec.support.background"
local host = require "spec.support.host"
local server = require("spec.support.server").start()

local events, sent, reply, CUT = background.events, background.sent, background.reply, background.CUT

local PROGRAM = [[
  require("oai.call.retry").backoff = function() return 0.001 end
  local following, ended = client:with { max_retries = 2 }, false
  local function read()
    local stream, numbers = assert(following.responses:follow "r1"), {}
    local event, err = stream:next()
    while event do
      numbers[#numbers + 1] = event.sequence_number
      event, err = stream:next()
    end
    say(table.concat(numbers, " "), stream:final().status, err)
    ended = true
  end
  after(0, function()
    %s
  end)
  run(function() return ended end)
  client:close()
]]

for _, name in ipairs(host.names) do
  describe("a background response's stream on the loop " .. name, function()
    local missing = host.missing(name)
    local starts = { ["a task"] = "client:spawn(read)", ["a coroutine"] = name ~= "uv" and "go(read)" or nil }
    for where, start in pairs(starts) do
      it("goes on over two cuts in " .. where, function()
        if missing then
          pending(missing)
        end
        local scene = background.scene(server, {}, { reply(sent(events, 0, 2), CUT), reply(sent(events, 3, 3), CUT),
          reply(sent(events, 4)) })
        assert.equal("0 1 2 3 4 5 6\tcompleted\tnil\n", (host.run(name, scene, PROGRAM:format(start))))
      end)
    end
  end)
end
