-- libuv's loop: Neovim, or a program on luv. The engine is on its worker;
-- one poll handle watches its descriptor. In Neovim tasks run where every
-- function of the editor may be called.

local editor = rawget(_G, "vim")
local uv = editor and (editor.uv or editor.loop) or require "luv"

local loop = { name = "uv", worker = true }

--- Calls `turn` outside of libuv's callbacks, once for all that asked since.
local function outside(turn)
  local asked = false
  local function run()
    asked = false
    turn()
  end
  return function()
    if not asked then
      asked = true
      editor.schedule(run)
    end
  end
end

--- Has libuv call `turn` whenever an engine has news.
---@param engine userdata
---@param turn fun()
---@param close fun()  ends all calls
---@return { hold: fun(yes: boolean), stop: fun() }
function loop.start(engine, turn, close)
  local poll = uv.new_poll(engine:descriptor())
  local driver = {}
  poll:start("r", editor and outside(turn) or turn)
  poll:unref()

  --- Keeps libuv's loop alive while something waits.
  function driver.hold(yes)
    poll[yes and "ref" or "unref"](poll)
  end

  function driver.stop()
    driver.hold = function() end
    poll:close()
  end

  if editor and editor.api.nvim_create_autocmd then
    editor.api.nvim_create_autocmd("VimLeavePre", { once = true, callback = close })
  end
  return driver
end

if editor then
  --- Shows what went wrong in a task that nobody awaits.
  function loop.report(message)
    editor.notify(message, editor.log.levels.ERROR)
  end
end

return loop
