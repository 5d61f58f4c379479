-- Neovim's side of the loop "uv": within a callback of libuv's the editor's
-- functions must not be called, so tasks wait for the editor. What is the
-- same in every host is in host_spec.lua; what a plugin sees of it, in
-- spec/examples/.

local addresses = require "spec.support.addresses"
local editor = require "spec.support.editor"
local server = require("spec.support.server").start { tls = true }

local missing = editor.missing()

-- `in_callback(fn)` calls it from libuv; `safe()` is "yes" where the editor's
-- functions may be called.
local PRELUDE = [[
  local inside = ...
  local uv = vim.uv or vim.loop
  local client = inside.client { max_retries = 0, limit_rate = false }
  local function get(name, options)
    return client:request("GET", "/" .. name, nil, options)
  end
  local function safe()
    return vim.in_fast_event() and "no" or "yes"
  end
  local function in_callback(fn)
    local timer, called = uv.new_timer(), false
    timer:start(1, 0, function()
      timer:close()
      called = true
      fn()
    end)
    inside.wait(function() return called end)
  end
]]

describe("in libuv's callbacks", function()
  local function shows(what, code, expected)
    it(what, function()
      if missing then
        pending(missing)
      end
      local scene = addresses.scene(server)
      local said, status = editor.run(PRELUDE .. code .. "\nvim.cmd 'qa!'", { SPEC_BASE_URL = scene.base_url })
      assert.equal(expected, said)
      assert.equal(0, status)
      scene:wait_idle()
    end)
  end

  shows("a task begins where the editor's functions may be called", [[
    local log = {}
    in_callback(function()
      client:spawn(function()
        log[#log + 1] = safe()
        assert(get "quick")
        log[#log + 1] = safe()
      end)
      log[#log + 1] = "spawned"
    end)
    inside.wait(function() return #log == 3 end)
    inside.say(table.concat(log, " "))
  ]], "spawned yes yes\n")

  shows("cancelling is told there as well, once", [[
    local log, task = {}, nil
    task = get("stall", { on_done = function(_, err)
      log[#log + 1] = safe() .. err.kind
    end })
    inside.pause(0.05)
    in_callback(function()
      task:cancel()
      task:cancel()
    end)
    inside.wait(function() return task.done end)
    inside.pause(0.02)
    inside.say(table.concat(log, " "))
  ]], "yescancelled\n")

  shows("a task cancelled before it began never begins", [[
    local log, task = {}, nil
    in_callback(function()
      task = client:spawn(function()
        log[#log + 1] = "began"
      end)
      task:cancel()
    end)
    inside.wait(function() return task.done end)
    inside.say(#log, task.err and task.err.kind)
  ]], "0 cancelled\n")

  shows("closing ends every task, once, where the editor's functions may be called", [[
    local log, task = {}, nil
    for _ = 1, 3 do
      get("stall", { on_done = function(_, err)
        log[#log + 1] = safe() .. err.kind
      end })
    end
    task = client:spawn(function()
      local _, err = get "half"
      log[#log + 1] = safe() .. err.kind
    end)
    inside.pause(0.05)
    in_callback(function()
      client:spawn(function()
        log[#log + 1] = "began"
      end)
      client:close()
    end)
    inside.wait(function() return #log == 4 and task.done end)
    inside.pause(0.02)
    inside.say(table.concat(log, " "))
  ]], "yescancelled yescancelled yescancelled yescancelled\n")
end)
