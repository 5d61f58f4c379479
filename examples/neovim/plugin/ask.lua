-- The commands. Nothing else is loaded before one of them is used.
-- luacheck: globals vim

if vim.g.loaded_ask then
  return
end
vim.g.loaded_ask = true

vim.api.nvim_create_user_command("Ask", function(command)
  local ask = require "ask"
  ask.command(ask.ask, command)
end, { nargs = "*", range = true, desc = "Ask a model, about the selected text where there is some" })

vim.api.nvim_create_user_command("AskChat", function(command)
  local ask = require "ask"
  ask.command(ask.chat, command)
end, { nargs = "*", range = true, desc = "Ask on in this buffer's conversation, or begin one" })

vim.api.nvim_create_user_command("AskCancel", function()
  require("ask").cancel_here()
end, { bar = true, desc = "Cancel the answer in this buffer, or else all answers" })
