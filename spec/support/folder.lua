-- A temporary folder for one spec, or for each of a block, and files in it.

local Folder = {}
Folder.__index = Folder

local folder = {}

local function run(command)
  local result = os.execute("exec env -u LD_PRELOAD " .. command)
  return result == true or result == 0
end

local function new_path()
  local path = os.tmpname()
  os.remove(path)
  run("mkdir -m 700 " .. path)
  return path
end

function folder.new()
  return setmetatable({ path = new_path() }, Folder)
end

--- A folder that each spec of the block where this is called has anew, and
--- that is removed behind it.
function folder.each()
  local busted = require "busted"
  local here = setmetatable({}, Folder)
  busted.before_each(function()
    here.path = new_path()
  end)
  busted.after_each(function()
    here:remove()
  end)
  return here
end

function Folder:file(name)
  return self.path .. "/" .. name
end

--- Writes a file and returns its path.
function Folder:write(name, content)
  local path = self:file(name)
  local file = assert(io.open(path, "wb"))
  file:write(content)
  file:close()
  return path
end

--- The content of a file, or nil when there is none.
function Folder:read(name)
  local file = io.open(self:file(name), "rb")
  if not file then
    return nil
  end
  local content = file:read("*a")
  file:close()
  return content
end

--- Runs a command of the shell in it; whether it succeeded.
function Folder:run(command)
  return run(("sh -c 'cd %s || exit\n%s'"):format(self.path, command))
end

--- What a command of the shell in it prints.
function Folder:output(command)
  local pipe = assert(io.popen(("exec env -u LD_PRELOAD sh -c 'cd %s || exit\n%s'"):format(self.path, command)))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

--- The names in it, joined by spaces.
function Folder:names()
  local pipe = assert(io.popen("exec env -u LD_PRELOAD ls -A " .. self.path))
  local names = {}
  for name in pipe:lines() do
    names[#names + 1] = name
  end
  pipe:close()
  return table.concat(names, " ")
end

function Folder:remove()
  run("rm -rf " .. self.path)
end

return folder
