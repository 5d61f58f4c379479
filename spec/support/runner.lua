-- What busted runs before the specs. LuaJIT 2.1.0-beta3 may crash in what it
-- made of `pairs` (see oai/interpret.lua), and busted and its assertions are
-- full of it: what runs the specs is interpreted. Neovim, LÖVE and the child
-- processes in which specs run programs are not.

local busted = require "busted"

local jit = rawget(_G, "jit")
if jit then
  jit.off()
end

-- busted has a traceback made of each spec and block that a file declares, and
-- shows of these the line alone. Lua looks through all loaded modules for the name
-- of each function in one, which takes longer than all else before the specs run.
local DECLARES = { [busted.it] = true, [busted.describe] = true }

local traceback = debug.traceback
debug.traceback = function(first, ...) -- luacheck: ignore 122
  local level = ...
  if DECLARES[(debug.getinfo(3, "f") or {}).func] then
    return "\n\t[C]: in ?"
  elseif type(first) == "thread" then
    return traceback(first, ...)
  end
  local text = traceback(first, (level or 1) + 1)
  return text
end

-- busted forgets the modules that a file has loaded when that ends. What this
-- one holds is kept for the files after it.
require "spec.support.kept"

local HOLDERS = {
  "run", "env", "before_each", "after_each", "strict_setup", "strict_teardown", "lazy_setup", "lazy_teardown",
}

-- Blocks that have run hold the modules of their file, through their functions,
-- and busted holds them to the end: a heap that grows with each file, through
-- which goes every collection that a spec makes.
local function let_go(element)
  for _, child in ipairs(busted.children(element)) do
    let_go(child)
    for _, name in ipairs(HOLDERS) do
      child[name] = nil
    end
  end
end

-- The engines of the files before are closed now, and not while a spec counts
-- descriptors.
busted.subscribe({ "file", "start" }, function()
  collectgarbage()
  collectgarbage()
  return nil, true
end)

busted.subscribe({ "file", "end" }, function(file)
  let_go(file)
  return nil, true
end)
