-- Prints what CONTRIBUTING.md names as `file:function` in "The life of one
-- call", and is not there.

package.path = arg[0]:match "^(.*)life%-drift%.lua$" .. "tool/?.lua;" .. package.path

local files = require "files"

--- Whether a file defines a function of that name.
local function defines(text, name)
  local plain = name:gsub("%p", "%%%0")
  return text:find("function " .. plain .. "[ (]") or text:find("\n[%w_ *]-%f[%w_]" .. plain .. " %([^;]-%)\n{")
end

local life = ("\n" .. files.read "CONTRIBUTING.md"):match "\n## The life of one call\n(.-)\n## "
for path, name in (life or error "no life of one call"):gmatch "`([%w_/]+%.%a+):([%w_.:]+)`" do
  local text = files.read_if_there(path) or files.read_if_there("lua/oai/" .. path)
  if not text then
    print(path .. " is not there")
  elseif not defines(text, name) then
    print(("%s has no function %s"):format(path, name))
  end
end
