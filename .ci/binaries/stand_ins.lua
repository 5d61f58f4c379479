-- Stands for two libraries that busted needs for little, where they are not: of
-- the one it wants the time, of the other to know whether it writes to a terminal.

local socket = require "socket"

package.preload.system = function()
  return { gettime = socket.gettime, monotime = socket.gettime, sleep = socket.sleep }
end
package.preload.term = function()
  return {
    isatty = function()
      return false
    end,
  }
end
