-- packer, which runs make nvim.
-- luacheck: globals vim

require("packer").startup(function(use)
  use "wbthomason/packer.nvim"
  use { "/home/newcomer/oai", as = "oai", run = "make nvim" }
end)
