-- Where lazy.nvim has a rockspec built, as it puts that on Lua's paths.
-- luacheck: globals vim

local data = vim.fn.stdpath "data"
local root = data .. "/lazy-rocks/oai"
vim.opt.runtimepath:prepend(data .. "/lazy/oai")
package.path = package.path .. ";" .. root .. "/share/lua/5.1/?.lua;" .. root .. "/share/lua/5.1/?/init.lua;"
package.cpath = package.cpath .. ";" .. root .. "/lib/lua/5.1/?.so;"
