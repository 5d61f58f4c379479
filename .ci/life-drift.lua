-- Prints what CONTRIBUTING.md names as `file:function` in "The life of one
-- call", and is not there.

local function read(path)
  local file = io.open(path)
  if not file then
    return nil
  end
  local text = file:read "*a"
  file:close()
  return text
end

--- Whether a file defines a function of that name.
local function defines(text, name)
  local plain = name:gsub("%p", "%%%0")
  return text:find("function " .. plain .. "[ (]") or text:find("\n[%w_ *]-%f[%w_]" .. plain .. " %([^;]-%)\n{")
end

local life = ("\n" .. assert(read "CONTRIBUTING.md")):match "\n## The life of one call\n(.-)\n## "
for path, name in (life or error "no life of one call"):gmatch "`([%w_/]+%.%a+):([%w_.:]+)`" do
  local text = read(path) or read("lua/oai/" .. path)
  if not text then
    print(path .. " is not there")
  elseif not defines(text, name) then
    print(("%s has no function %s"):format(path, name))
  end
end
