-- The programs in C of examples/embedding, built with `make static` and run.

local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local server = require "spec.support.server"
local shell = require "spec.support.shell"
local small_tree = require "spec.support.small_tree"

local checked = os.getenv("LD_PRELOAD") and "the program is not a checked build" or nil
if lacks("embedding", checked or small_tree.missing()) then
  return
end

local LUA = "$(pkg-config --cflags lua5.4)"
local HOST = [[
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>

int main (int argc, char **argv)
{
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  if (luaL_dostring(L, argv[argc - 1]))
    puts(lua_tostring(L, -1));
  lua_close(L);
  return 0;
}
]]

describe("examples/embedding", function()
  local here, s

  setup(function()
    here, s = folder.new(), server.start()
    assert.equal("", shell.output "env -u MAKEFLAGS -u MAKELEVEL make -s --no-print-directory static LUA=lua5.4 2>&1")
  end)

  teardown(function()
    here:remove()
  end)

  --- Compiles a program; "" when there is nothing to say.
  local function compile(source, options)
    return shell.output(("cc -std=c99 -Wall -Wextra -pedantic -Isrc %s %s -o %s/program %s 2>&1"):format(LUA, source,
      here.path, options))
  end

  local function build(name)
    assert.equal("", compile("examples/embedding/" .. name, "build/lua5.4/liboai_core.a $(pkg-config --libs lua5.4) "
      .. "-lcurl -lpthread"))
  end

  local function run(arguments, more)
    local environment = { OPENAI_API_KEY = "sk-local-0000", OPENAI_BASE_URL = s.url .. "/v1", LUA_PATH = false,
      LUA_CPATH = false }
    for name, value in pairs(more or {}) do
      environment[name] = value
    end
    return shell.output(("cd / && env %s %s/program %s 2>&1"):format(shell.assignments(environment), here.path,
      arguments or ""))
  end

  it("asks, with nothing beside the program", function()
    build "ask.c"
    local said = run "'What is a coroutine?'"
    local answer, length = said:match '^(You said "What is a coroutine%?".*)\n(%d+) bytes\n$'
    assert.equal(answer and #answer, tonumber(length), said)
  end)

  it("says what goes wrong", function()
    build "ask.c"
    assert.matches("^ask: oai: responses%.create: authentication: missing credentials: [^\n]*%(at ask:3%)\n$",
      run("", { OPENAI_API_KEY = false }))
  end)

  it("asks in several threads, each with a state of its own", function()
    build "threads.c"
    local seen = {}
    for number, question in run():gmatch '(%d): You said "Question (%d)"' do
      seen[number] = question
    end
    assert.same({ ["1"] = "1", ["2"] = "2", ["3"] = "3", ["4"] = "4" }, seen)
  end)

  it("shows no name to the program but those of oai.h", function()
    assert.equal("luaopen_oai_core\noai_preload\n", shell.output
      "nm --extern-only --defined-only build/lua5.4/liboai_core.a | sed -n 's/.* T //p' | sort")
  end)

  it("may load core.so in its place, if it shows its Lua", function()
    local source = here:write("host.c", HOST)
    local lua = shell.output "cc -print-file-name=liblua5.4.a":match "^/%S+"
    if not lua then
      return pending "there is no liblua5.4.a"
    end
    local top = shell.output("pwd"):match "%S+"
    local paths = { LUA_PATH = ("%s/lua/?.lua;%s/lua/?/init.lua"):format(top, top),
      LUA_CPATH = top .. "/build/lua5.4/?.so" }
    assert.equal("", compile(source, lua .. " -lm -ldl"))
    assert.matches("was linked without %-rdynamic", run("'require([[oai]]).client {}'", paths))
    assert.equal("", compile(source, "-rdynamic " .. lua .. " -lm -ldl"))
    assert.equal("true\n", run("'print(#assert(require([[oai]]).client{}.models:list()).data > 0)'", paths))
  end)
end)
