-- Runs programs within the loops of hosts, each in a child process of the
-- same Lua, with the same few words for what every host has.

local child = require "spec.support.child"

local host = { names = { "uv", "cqueues", "copas" } }

local LIBRARIES = { uv = "luv", cqueues = "cqueues", copas = "copas" }

-- What a program may use:
--   client, scene's `get(name)`, `ask(endless)`, `answer`, `timing` (spec/support)
--   after(seconds, fn)   calls fn from the host's loop
--   go(fn)               runs fn in a coroutine of the host's, where it has any
--   run(condition)       runs the host's loop until it ends by itself; where
--                        it never does, until the condition holds
--   say(...)             a line for the spec
local PRELUDE = [[
local loop, base_url = %q, %q
if loop == "copas" then
  require "copas" -- before LuaSocket
end
local oai, core, process = require "oai", require "oai.core", require "spec.support.process"
local answer, timing = require "spec.support.answer", require "spec.support.timing"
local client = oai.client { api_key = "sk-spec", base_url = base_url, loop = loop, max_retries = 0, limit_rate = false }
local function get(name, options)
  return client:request("GET", "/" .. name, nil, options)
end
local function ask(endless)
  local one = endless and client:with { base_url = base_url .. "/endless" } or client
  return one.chat.completions:create { model = "m", messages = {}, stream = true }
end
local say = print
local after, go, run
]]

local WORDS = {
  uv = [[
local uv = require "luv"
function after(seconds, fn)
  local timer = uv.new_timer()
  timer:start(seconds * 1000, 0, function()
    timer:close()
    fn()
  end)
end
function run(condition)
  uv.run()
  assert(condition == nil or condition(), "the loop has ended too early")
end
]],
  cqueues = [[
local cqueues = require "cqueues"
local queue = cqueues.new()
function go(fn)
  queue:wrap(fn)
end
function after(seconds, fn)
  queue:wrap(function()
    cqueues.sleep(seconds)
    fn()
  end)
end
function run(condition)
  assert(queue:loop())
  assert(condition == nil or condition(), "the loop has ended too early")
end
]],
  copas = [[
local copas = require "copas"
local timers = {}
function go(fn)
  copas.addthread(fn)
end
function after(seconds, fn)
  timers[#timers + 1] = { at = core.clock() + seconds, fn = fn }
end
local function fire()
  for i = #timers, 1, -1 do
    local timer = timers[i]
    if timer.at <= core.clock() then
      table.remove(timers, i)
      copas.addthread(timer.fn)
    end
  end
end
function run(condition)
  local limit = core.clock() + 20
  while not condition() or timers[1] do
    assert(core.clock() < limit, "it did not get there")
    copas.step(0.02)
    fire()
  end
end
]],
}

--- Why a host is not there for this Lua, or nil.
---@param name string
---@return string?
function host.missing(name)
  local output = child.run(("print((pcall(require, %q)))"):format(LIBRARIES[name]))
  return output ~= "true\n" and LIBRARIES[name] .. " is not installed for this Lua" or nil
end

--- Runs a program in a host; its output and its exit status.
---@param name string
---@param scene table
---@param code string
---@return string output
---@return integer status
function host.run(name, scene, code)
  return child.run(PRELUDE:format(name, scene.base_url) .. WORDS[name] .. code)
end

return host
