-- What waits for descriptors, that of Linux and the one of other systems, by a
-- program in C (poller_program.c).

local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"

if lacks("poller", _VERSION ~= "Lua 5.4" and "without Lua in it: Lua 5.4 tries it") then
  return
end

describe("a poller", function()
  local here = folder.each()

  for name, flag in pairs { epoll = "", poll = "-DOAI_POLLER_POLL" } do
    it("tells what is ready, and nothing else: by " .. name, function()
      local command = "exec env -u LD_PRELOAD cc -std=c99 -O1 -D_GNU_SOURCE %s -Isrc/system -o %s %s"
      assert(os.execute(command:format(flag, here:file "program", "spec/engine/poller_program.c "
        .. "src/system/poller_epoll.c src/system/poller_poll.c src/system/signal_fd.c -lpthread")))
      local program = io.popen("exec env -u LD_PRELOAD timeout 20 " .. here:file "program")
      assert.equal("good", program:read "*l")
      program:close()
    end)
  end
end)
