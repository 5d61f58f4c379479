-- A plain call in Neovim, outside of tasks, waits as the editor does: what the
-- README shows works there, other events go on, and Ctrl-C ends it.

local editor = require "spec.support.editor"
local guide = require "spec.support.guide"
local lacks = require "spec.support.lacks"
local server = require("spec.support.server").start()
local socket = require "socket"
local terminal = require "spec.support.terminal"
local timing = require "spec.support.timing"

if lacks("a plain call in Neovim", editor.missing() or terminal.missing()) then
  return
end

local function environment_of(scene)
  return { OPENAI_API_KEY = "sk-spec-0123456789", OPENAI_BASE_URL = scene.base_url }
end

describe("a plain call in Neovim", function()
  it("waits, while timers and scheduled functions go on", function()
    local scene = server:scenario { replies = { { json = { object = "list", data = {} }, delay = 0.3 } } }
    local said, status = editor.run([[
      local inside = ...
      local ticks, timer = 0, (vim.uv or vim.loop).new_timer()
      timer:start(10, 10, vim.schedule_wrap(function() ticks = ticks + 1 end))
      local client = require("oai").client {}
      local page, err = client.models:list()
      inside.say(tostring(page or err), ticks > 3)
      local task = client:spawn(function() return client.models:list(nil, { timeout = 0.1, max_retries = 0 }) end)
      inside.say(tostring(select(2, task:await())) ~= "nil", task.done)
      client:close()
      vim.cmd "qa!"
    ]], environment_of(scene))
    assert.equal(0, status, said)
    assert.truthy(said:find("oai.Page (0 items)", 1, true), said)
    assert.is_nil(said:find("false", 1, true), said)
  end)

  for number, name in ipairs { "the README's first example", "the README's stream" } do
    it("ends by Ctrl-C within 0.3 s of it, on a silent server #timed: " .. name, function()
      local scene = server:scenario { replies = { { fault = "stall" } }, repeat_last = true }
      local screen = editor.on_screen("vim.o.more = false", environment_of(scene), 100, 24)
      finally(function()
        screen:stop()
      end)
      screen:wait_for "~"
      screen:press(":luafile " .. screen.place:write("example.lua", guide.examples("README.md")[number]), "Enter")
      scene:wait(function(journal)
        return journal.requests_total == 1
      end)
      local pressed = socket.gettime()
      screen:press "C-c"
      screen:wait_for "cancelled: interrupted"
      local took = socket.gettime() - pressed
      assert.is_true(timing.within(took, 0.3), ("%.2f s"):format(took))
      screen:press("Enter")
      screen:press(":echo 'still' 'here'", "Enter")
      screen:wait_for "still here"
      screen:press(":qa!", "Enter")
    end)
  end
end)
