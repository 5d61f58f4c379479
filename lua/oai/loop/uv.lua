-- libuv's loop: Neovim, or a program on luv. The engine is on its worker;
-- one poll handle watches its descriptor. In Neovim tasks run where every
-- function of the editor may be called.

local editor = rawget(_G, "vim")
local uv = editor and (editor.uv or editor.loop) or require "luv"

local loop = { name = "uv", worker = true }

--- Calls `turn` outside of libuv's callbacks. Until then the descriptor is
--- not watched: while the editor asks something ("Press ENTER") it runs
--- libuv's loop and nothing that was scheduled, and would spin.
local function watch_outside(poll, turn)
  local on_news
  local function act()
    if not poll:is_closing() then
      poll:start("r", on_news) -- before the turn, where a task may keep the editor waiting
      turn()
    end
  end
  function on_news()
    editor.schedule(act)
    poll:stop()
  end
  poll:start("r", on_news)
end

--- Calls a function where the editor lets it be called: now, or soon.
local function in_editor(act)
  if editor.in_fast_event() then
    editor.schedule(act)
  else
    act()
  end
end

--- Calls `close` when the editor is left; returns what takes that back.
local function on_leaving(close)
  local id, done
  in_editor(function()
    id = not done and editor.api.nvim_create_autocmd("VimLeavePre", {
      once = true,
      callback = function()
        done = true
        close()
      end,
    })
  end)
  return function()
    in_editor(function()
      if id and not done then
        editor.api.nvim_del_autocmd(id)
      end
      done = true
    end)
  end
end

local function nothing() end

--- Closes a handle. libuv does so when its loop goes on; luv crashes when
--- the program ends before. So where it may not go on, the handle stays,
--- stopped, as long as the program.
local function close_handle(poll)
  if editor or uv.loop_mode() then
    poll:close()
    return
  end
  poll:start("r", nothing) -- what it called is let go
  poll:stop()
  if not uv.loop_alive() then
    poll:close()
    uv.run("nowait")
  end
end

local SLICE = 50 -- milliseconds
local SOON = 10 -- milliseconds: how often it is looked whether somebody was woken

--- How the editor waits outside of tasks: it does all else meanwhile, and
--- Ctrl-C ends the wait, in slices since Neovim 0.7 tells of it only when a
--- wait is over.
---@return { wait: (fun(): boolean), wake: fun() }
local function suspended()
  local is_woken = false
  local function is_over()
    return is_woken
  end
  return {
    wait = function()
      local _, why = editor.wait(SLICE, is_over, SOON)
      is_woken = false
      return why == -2
    end,
    wake = function()
      is_woken = true
    end,
  }
end

--- Raises where the editor cannot wait.
local function check_editor()
  if editor.in_fast_event() then
    error("oai: the editor cannot wait in a callback of libuv's: call this within client:spawn(function() ... end), "
      .. "or give on_done", 0)
  end
end

--- Has libuv call `turn` whenever an engine has news. Nothing is left of it
--- when it raises: libuv has one handle for a descriptor.
---@param engine oai.Engine
---@param turn fun()
---@param close fun()  ends all calls
---@return oai.Driver
function loop.start(engine, turn, close)
  local poll, stay ---@type any, any
  local driver = editor and { suspended = suspended, check = check_editor } or {}

  --- Keeps libuv's loop alive while something waits.
  function driver.hold(yes)
    poll[yes and "ref" or "unref"](poll)
  end

  function driver.stop()
    driver.hold = nothing
    close_handle(poll)
    if stay then
      stay()
    end
  end

  local function begin()
    stay = editor and on_leaving(close)
    poll:unref()
    if editor then
      watch_outside(poll, turn)
    else
      poll:start("r", turn)
    end
  end

  poll = assert(uv.new_socket_poll(engine:descriptor())) -- on Windows it is one; elsewhere all are
  local done, err = pcall(begin)
  if not done then
    driver.stop()
    error(err, 0)
  end
  return driver
end

if editor then
  loop.budget = 0.004 -- seconds a turn may take of the editor

  --- Whether functions of the editor may not be called just now.
  loop.is_elsewhere = editor.in_fast_event

  --- Calls a function where those of the editor may be called.
  loop.later = editor.schedule

  --- Shows what went wrong in a task that nobody awaits.
  function loop.report(message)
    editor.notify(message, editor.log.levels.ERROR)
  end
end

return loop
