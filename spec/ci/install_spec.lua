-- What `make install` and `make uninstall` do, and LuaRocks with the rockspec.

local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local shell = require "spec.support.shell"
local small_tree = require "spec.support.small_tree"

local checked = os.getenv("LD_PRELOAD") and "what is installed is not a checked build" or nil
if lacks("installing", checked or small_tree.missing()) then
  return
end

local there = folder.each()
local top = shell.output("pwd"):match "[^\n]+"

-- Nothing of the make that runs the specs, nor of their paths.
local PLAIN = "env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u LUA_PATH -u LUA_CPATH -u LUA "

local function make(arguments)
  return there:output(("%smake --no-print-directory -s -C %s %s 2>&1"):format(PLAIN, top, arguments))
end

--- What a Lua says that a shell starts after these lines.
local function lua_says(lines, code)
  there:write("program.lua", code)
  there:write("start", lines .. "\nexec lua5.4 program.lua\n")
  return there:output(PLAIN .. "sh start 2>&1")
end

local VERSIONS = "print(require('oai')._VERSION, (select(3, require('oai.core').versions())))"

describe("the headers of a Lua", function()
  it("are found where the compiler looks by itself, if they are that Lua's", function()
    there:write("lua.h", "#define LUA_VERSION_NUM 507\n")
    local flags = PLAIN .. "C_INCLUDE_PATH=" .. there.path .. " " .. top .. "/.ci/lua-flags %s 2>&1"
    assert.equal("", there:output(flags:format "lua5.7"))
    assert.matches("^lua%-flags: no headers for lua5%.8", there:output(flags:format "lua5.8"))
  end)
end)

describe("make install", function()
  it("says with which lines Lua finds the library under another PREFIX, and make uninstall leaves nothing", function()
    local said = make("install PREFIX=" .. there:file "local")
    assert.matches("^Installed into ", said)
    assert.matches("Lua 5%.4 does not look there", said)
    local lines = said:match "(    export LUA_PATH_5_4=.*)$"
    assert.matches("^(%d+%.%d+%.%d+)%s+%1\n$", lua_says(lines, VERSIONS))
    assert.matches("Removed", make("uninstall PREFIX=" .. there:file "local"))
    assert.equal("program.lua start", there:names())
  end)

  it("leaves to others what is theirs, and takes away what an older version had", function()
    there:run "mkdir -p share lib/lua/5.4/oai && echo /share/old.lua > lib/lua/5.4/oai/installed && touch share/old.lua"
    local list = there:read "lib/lua/5.4/oai/installed"
    there:write("lib/lua/5.4/oai/installed", there.path .. list)
    make("install PREFIX=" .. there.path)
    assert.equal("lua\nman\n", there:output "ls share")
    there:write("share/lua/5.4/oai/mine.lua", "")
    make("uninstall PREFIX=" .. there.path)
    assert.equal("./share/lua/5.4/oai/mine.lua\n", there:output "find . -type f")
  end)

  it("strips the core, and puts all of it under DESTDIR", function()
    local said = make("install PREFIX=/usr DESTDIR=" .. there:file "packed")
    assert.not_matches("export", said)
    assert.equal("packed", there:names())
    local core = there:read "packed/usr/lib/lua/5.4/oai/core.so"
    assert.is_true(#core < 110000, #core)
    assert.matches("^/usr/share/lua/5%.4/oai/accumulate%.lua\n", there:output
      "grep share.*lua$ packed/usr/lib/lua/5.4/oai/installed")
  end)

  it("knows a home folder that the shell has not put in", function()
    there:write("home", "HOME=" .. there.path .. " " .. PLAIN .. "make -s -C " .. top .. " install 'PREFIX=~/local'\n")
    there:output "sh home 2>&1"
    assert.equal("core.so\ninstalled\n", there:output "ls local/lib/lua/5.4/oai")
  end)

  it("says so where there is nothing to take away", function()
    assert.matches("nothing that make install has put", make("uninstall PREFIX=" .. there.path))
  end)
end)

describe("LuaRocks", function()
  it("makes the rock, of the Lua that it is told", function()
    if not shell.has "luarocks" then
      return pending "luarocks is not installed"
    end
    local tree = there:file "tree"
    local luarocks = ("%sluarocks --lua-version 5.4 --tree %s "):format(PLAIN, tree)
    assert.matches("oai scm%-1 is now installed", there:output("cd " .. top .. " && " .. luarocks
      .. "make CFLAGS=-O0 2>&1"))
    local lines = there:output(luarocks .. "path --no-bin")
    assert.matches("^(%d+%.%d+%.%d+)%s+%1\n$", lua_says(lines, VERSIONS))
  end)
end)
