-- Keeps LuaJIT's compiler out of a module: `require "oai.interpret" ()` at its
-- end. For two kinds of modules. Those that yield: little of them can be
-- compiled, and to try it anew again and again costs a game's frame more than
-- it gains. And those that use `pairs` or `next`: what LuaJIT 2.1.0-beta3, as
-- Debian 12 and its Neovim have it, makes of these may crash the program
-- (LuaJIT's issue 829, mended in April 2022).

local jit = rawget(_G, "jit")

local function nothing() end

if not jit then
  return nothing
end

--- Has all functions of the module that calls it interpreted.
return function()
  jit.off(debug.getinfo(2, "f").func, true)
end
