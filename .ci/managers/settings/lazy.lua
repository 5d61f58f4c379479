-- lazy.nvim, which runs make nvim.
-- luacheck: globals vim

vim.opt.runtimepath:prepend "/home/newcomer/managers/lazy.nvim"
require("lazy").setup {
  { url = "file:///home/newcomer/oai", name = "oai", build = "make nvim" },
}
