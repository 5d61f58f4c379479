-- The plugin in examples/neovim, in a real terminal: what the screen shows
-- while an answer streams and after it is cancelled. With SAVE_SCREEN set to
-- a file, both screens are saved there (examples/neovim/screen.txt).

local answer = require "spec.support.answer"
local editor = require "spec.support.editor"
local lacks = require "spec.support.lacks"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"
local terminal = require "spec.support.terminal"

if lacks("the plugin for Neovim, in a terminal", editor.missing() or terminal.missing()) then
  return
end

local START = [[
  vim.o.swapfile, vim.o.ruler, vim.o.showcmd = false, false, false
  vim.cmd "runtime plugin/ask.lua"
  require("ask").setup {
    base_url = os.getenv "SPEC_BASE_URL", ca_file = os.getenv "SPEC_CA_FILE", open = "botright 12split",
  }
  vim.cmd "edit fibonacci.lua"
  vim.api.nvim_buf_set_lines(0, 0, -1, false, {
    "local function fibonacci(n)",
    "  return n < 2 and n or fibonacci(n - 1) + fibonacci(n - 2)",
    "end",
  })
]]

local TEXT = "The function calls itself **twice** for every `n`, so the\nnumber of calls grows as fast as the result: "
  .. "fibonacci(50)\ntakes minutes.\n\nKeep the last two numbers instead:\n\n```lua\nlocal a, b = 0, 1\n"
  .. "for _ = 1, n do a, b = b, a + b end\n```\nIt then needs only n steps – naïve no more. "

--- A text in pieces as a model gives them, over and over.
local function endless_text()
  local pieces = {}
  for _ = 1, 20 do
    for piece in TEXT:gmatch("%s*[^%s]+") do
      pieces[#pieces + 1] = piece
    end
    pieces[#pieces] = pieces[#pieces] .. "\n\n"
  end
  return answer.stream(pieces, 0.04)
end

--- User and system time of a process, in ticks of 10 ms.
local function ticks(pid)
  local file = assert(io.open(("/proc/%s/stat"):format(pid)))
  local user, system = file:read("*a"):match("%) %S+" .. (" %S+"):rep(10) .. " (%d+) (%d+)")
  file:close()
  return tonumber(user) + tonumber(system)
end

--- Saves screens as text, where that is asked for.
local function save(...)
  local path = os.getenv("SAVE_SCREEN")
  if path then
    local file = assert(io.open(path, "w"))
    for _, part in ipairs { ... } do
      file:write((part:gsub("%s+$", "\n")), "\n")
    end
    file:close()
  end
end

describe("the plugin for Neovim, in a terminal", function()
  local screen_of, scene

  local function start()
    scene = server:scenario { replies = { endless_text() } }
    screen_of = editor.on_screen(START, {
      SPEC_BASE_URL = scene:base_url_on "https1", SPEC_CA_FILE = server.ca_file, OPENAI_API_KEY = "sk-spec-0123456789",
    }, 64, 20)
    screen_of:wait_for "fibonacci(n - 2)"
  end

  before_each(start)

  after_each(function()
    screen_of:stop()
  end)

  --- How much of the answer the screen shows.
  local function length(screen)
    return #(screen:match("> why is it slow%?\n(.*)\nask://1") or "")
  end

  local function ask_about_selection()
    screen_of:press("gg0", "VG", ":Ask why is it slow?", "Enter")
    return screen_of:wait(function(screen)
      return screen:find("● answering", 1, true) and length(screen) > 80
    end)
  end

  it("shows an answer that grows, while one goes on typing, until <C-c>", function()
    local first = ask_about_selection()
    local second = screen_of:wait(function(screen)
      return length(screen) > length(first) + 60
    end)
    assert.is_truthy(second:find("The function calls itself", 1, true), second)
    screen_of:press("C-w", "p", "Go-- typed meanwhile", "Escape")
    screen_of:wait(function(screen)
      return screen:find("-- typed meanwhile", 1, true) and screen:find("```lua", 1, true)
    end)
    screen_of:press("C-w", "p")
    local streaming = screen_of:wait_for "b, a + b"
    screen_of:press("C-c")
    local cancelled = screen_of:wait_for "■ cancelled"
    save("While the answer streams:\n\n" .. streaming, "After <C-c>:\n\n" .. cancelled)
    scene:wait(function(journal)
      return journal.connections_open == 0 and journal.requests[1].outcome == "aborted"
    end)
    socket.sleep(0.2)
    assert.equal(cancelled, screen_of:screen())
    screen_of:press("u", "gg") -- the answer is one step
    local undone = screen_of:wait(function(screen)
      return not screen:find("The function", 1, true)
    end)
    assert.is_truthy(undone:find("> why is it slow?", 1, true), undone)
    screen_of:press(":qa!", "Enter")
  end)

  -- While it asks, Neovim runs libuv's loop and nothing that was scheduled.
  it("rests while the editor asks something, and catches up after it", function()
    local first = ask_about_selection()
    screen_of:press("r")
    socket.sleep(0.1)
    local pid = screen_of:pid()
    local before, started = ticks(pid), socket.gettime()
    socket.sleep(0.5)
    local used = (ticks(pid) - before) / (socket.gettime() - started)
    assert.is_true(used < 30, used .. " % of a processor")
    screen_of:press("Escape")
    screen_of:wait(function(screen)
      return length(screen) > length(first)
    end)
    screen_of:press(":qa!", "Enter")
  end)
end)
