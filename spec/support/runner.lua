-- What busted runs before the specs. LuaJIT 2.1.0-beta3 may crash in what it
-- made of `pairs` (see oai/interpret.lua), and busted and its assertions are
-- full of it: what runs the specs is interpreted. Neovim, LÖVE and the child
-- processes in which specs run programs are not.

local jit = rawget(_G, "jit")
if jit then
  jit.off()
end
