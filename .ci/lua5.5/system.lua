-- What busted needs of the module lua-system, whose C does not compile for
-- Lua 5.5, by LuaSocket's clock.
local socket = require "socket"

return { gettime = socket.gettime, monotime = socket.gettime, sleep = socket.sleep }
