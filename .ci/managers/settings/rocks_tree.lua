-- What rocks.nvim has people write into their settings, for its tree alone.
-- luacheck: globals vim

local root = vim.fn.stdpath "data" .. "/rocks"
package.path = package.path .. ";" .. root .. "/share/lua/5.1/?.lua;" .. root .. "/share/lua/5.1/?/init.lua"
package.cpath = package.cpath .. ";" .. root .. "/lib/lua/5.1/?.so;" .. root .. "/lib64/lua/5.1/?.so"
