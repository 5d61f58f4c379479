-- Builds the core of a tree with one source changed: the others are compiled
-- once. Without debugging lines, what is the same program is the same object.

local files = require "files"
local shell = require "shell"

local core = {}
core.__index = core

local COMPILE = "cd %s && cc -std=c99 -D_GNU_SOURCE -O2 -w -fPIC -fvisibility=hidden "
  .. "$(.ci/lua-flags %s) %s -c %s -o %s 2>%s"
local LINK = "cd %s && cc -shared -o build/%s/oai/core.so %s -lcurl -lpthread -lm -ldl"

-- What is not in the core of this system, and has a spec that compiles it by
-- itself, so.
local APART = { ["src/system/poller_poll.c"] = "-DOAI_POLLER_POLL" }

local function compile(self, source, object, errors)
  return shell.run(COMPILE:format(self.tree, self.lua, APART[source] or "", source, object, errors))
end

local function link(self, source, object)
  local objects = {}
  for one, its_object in pairs(self.objects) do
    objects[#objects + 1] = not APART[one] and (one == source and object or its_object) or nil
  end
  table.sort(objects)
  return shell.run(LINK:format(self.tree, self.lua, table.concat(objects, " ")))
end

--- Builds it with a source as it is in the tree now. Nil, and why, when that
--- does not compile, or is the same program.
function core:with(source)
  if not compile(self, source, "build/changed.o", "/dev/null") then
    return nil, "does not compile"
  elseif files.read(self.tree .. "/build/changed.o") == files.read(self.tree .. "/" .. self.objects[source]) then
    return nil, "same program"
  end
  return link(self, source, "build/changed.o"), "does not link"
end

--- Builds it as it was.
function core:restore()
  return link(self)
end

--- That of a tree, built.
function core.new(tree, lua)
  local self = setmetatable({ tree = tree, lua = lua, objects = {} }, core)
  assert(shell.run(("mkdir -p %s/build/%s/oai"):format(tree, lua)))
  for source in shell.lines(("cd %s && ls src/system/*.c src/engine/*.c src/binding/*.c"):format(tree)) do
    self.objects[source] = "build/" .. source:gsub("/", "-") .. ".o"
    assert(compile(self, source, self.objects[source], "/dev/stderr"), "mutants: the core does not build")
  end
  assert(self:restore(), "mutants: the core does not link")
  assert(shell.run(("cd %s && make -s build LUA=luajit"):format(tree)), "mutants: the core does not build for LuaJIT")
  return self
end

return core
