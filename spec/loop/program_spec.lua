-- One program, unchanged, in every host: a stream, a list of several pages,
-- an upload (spec/support/program.lua). Each in a process of its own; hosts
-- that are not there for this Lua are told as pending.

local child = require "spec.support.child"
local editor = require "spec.support.editor"
local game = require "spec.support.game"
local program = require "spec.support.program"
local server = require("spec.support.server").start { tls = true }

local PRELUDE = [[
  local loop, base_url, ca_file, host = %q, %q, %q, %q
  if host ~= "" and not pcall(require, host) then -- before LuaSocket, for Copas
    print("not installed")
    os.exit(0)
  end
  local oai, program = require "oai", require "spec.support.program"
  local client = oai.client { api_key = "sk-spec", base_url = base_url, ca_file = ca_file, loop = loop }
]]

-- How a host runs `program.run(client)` and prints what it returns.
local IN_TASK = [[
  local task = client:spawn(program.run, client)
]]

local HOSTS = {
  { name = "a plain script", loop = "blocking", code = [[
    print(program.run(client))
  ]] },
  { name = "a task", loop = "blocking", code = IN_TASK .. [[
    client:run()
    print(task.value)
  ]] },
  { name = "luv", loop = "uv", host = "luv", code = IN_TASK .. [[
    require("luv").run()
    print(task.value)
    client:close()
  ]] },
  { name = "a coroutine of cqueues", loop = "cqueues", host = "cqueues", code = [[
    local queue = require("cqueues").new()
    queue:wrap(function()
      print(program.run(client))
    end)
    assert(queue:loop())
    client:close()
  ]] },
  { name = "a task in cqueues", loop = "cqueues", host = "cqueues", code = [[
    local queue = require("cqueues").new()
    queue:wrap(function()
      local task = client:spawn(program.run, client)
      print((task:await()))
    end)
    assert(queue:loop())
    client:close()
  ]] },
  { name = "a thread of Copas", loop = "copas", host = "copas", code = [[
    local copas, done = require "copas", false
    copas.addthread(function()
      print(program.run(client))
      done = true
    end)
    while not done do
      copas.step(1)
    end
    client:close()
  ]] },
  { name = "a task in Copas", loop = "copas", host = "copas", code = IN_TASK .. [[
    local copas = require "copas"
    while not task.done do
      copas.step(1)
    end
    print(task.value)
    client:close()
  ]] },
  { name = "a game's loop", loop = "frame", code = IN_TASK .. [[
    while not task.done do
      client:update(0.001)
    end
    print(task.value)
    client:close()
  ]] },
}

local function run_child(host, base_url)
  return child.run(PRELUDE:format(host.loop, base_url, server.ca_file, host.host or "") .. host.code)
end

local EDITOR = [[
  local inside = ...
  local program = require "spec.support.program"
  local client = inside.client()
  local task = client:spawn(program.run, client)
  inside.wait(function() return task.done end)
  inside.say(task.value or task.err)
  vim.cmd "qa!"
]]

local function run_editor(_, base_url)
  local missing = editor.missing()
  if missing then
    return missing
  end
  return editor.run(EDITOR, { SPEC_BASE_URL = base_url, SPEC_CA_FILE = server.ca_file })
end

local GAME = PRELUDE .. [[
  local task = client:spawn(program.run, client)
  function love.update()
    client:update(0.002)
    if task.done then
      print(task.value or task.err)
      love.event.quit()
    end
  end
]]

local function run_game(_, base_url)
  local missing = game.missing()
  if missing then
    return missing
  end
  return game.start(GAME:format("frame", base_url, server.ca_file, "")):finish()
end

HOSTS[#HOSTS + 1] = { name = "Neovim", run = run_editor }
HOSTS[#HOSTS + 1] = { name = "LÖVE", run = run_game }

describe("the same program", function()
  for _, listener in ipairs { "http", "https" } do
    for _, host in ipairs(HOSTS) do
      it("runs in " .. host.name .. ", over " .. listener, function()
        local scene = program.scene(server)
        local output, status = (host.run or run_child)(host, scene:base_url_on(listener))
        if status == nil or output == "not installed\n" then
          pending(status and host.host .. " is not installed for this Lua" or output)
        end
        assert.equal(program.expected .. "\n", output)
        assert.equal(0, status)
        scene:wait(function(journal)
          return journal.connections_open == 0 and journal.requests_total == program.requests
        end)
      end)
    end
  end
end)
