-- A real terminal for one program, by tmux with a server of its own: keys go
-- in, and what the screen shows comes out as text.

local shell = require "spec.support.shell"
local socket = require "socket"

local Terminal = {}
Terminal.__index = Terminal

local terminal = {}

local SECONDS = 10

--- Why there is no terminal, or nil.
---@return string?
function terminal.missing()
  return not shell.has "tmux" and "tmux is not installed" or nil
end

function Terminal:tmux(arguments)
  local command = "env -u TMUX LC_ALL=C.UTF-8 tmux -u -f /dev/null -S %s %s"
  return shell.output(command:format(self.place:file "socket", arguments))
end

--- Runs a command in a terminal of this size; it ends after a minute.
---@param command string
---@param columns integer
---@param rows integer
---@param place table  a folder of its own, removed when it is stopped
function terminal.start(command, columns, rows, place)
  local self = setmetatable({ place = place }, Terminal)
  local limited = "exec timeout --foreground -k 2 60 " .. command
  self:tmux(("new-session -d -x %d -y %d %s"):format(columns, rows, shell.quote(limited)))
  return self
end

--- Presses keys, by tmux's names or as text.
---@param ... string
function Terminal:press(...)
  local words = {}
  for i, key in ipairs { ... } do
    words[i] = shell.quote(key)
  end
  self:tmux("send-keys " .. table.concat(words, " "))
end

--- What the screen shows.
---@return string
function Terminal:screen()
  return self:tmux("capture-pane -p")
end

--- Waits until the screen satisfies a condition; returns it.
---@param condition fun(screen: string): any
---@return string
function Terminal:wait(condition)
  local limit = socket.gettime() + SECONDS
  while true do
    local screen = self:screen()
    if condition(screen) then
      return screen
    elseif socket.gettime() > limit then
      error("the screen never came to that:\n" .. screen, 2)
    end
    socket.sleep(0.02)
  end
end

--- Waits until the screen shows a text.
---@param text string
---@return string
function Terminal:wait_for(text)
  return self:wait(function(screen)
    return screen:find(text, 1, true)
  end)
end

--- The process id of the program, a child of `timeout`.
---@return string
function Terminal:pid()
  local timeout = self:tmux("display-message -p '#{pane_pid}'"):match("%d+")
  return shell.output("ps -o pid= --ppid " .. timeout):match("%d+")
end

function Terminal:stop()
  self:tmux "kill-server 2>/dev/null"
  self.place:remove()
end

return terminal
