-- lazy.nvim, which has LuaRocks build what the rockspec says.
-- luacheck: globals vim

vim.opt.runtimepath:prepend "/home/newcomer/managers/lazy.nvim"
require("lazy").setup {
  { url = "file:///home/newcomer/oai", name = "oai" },
}
