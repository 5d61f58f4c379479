-- Runs busted under a Lua for Windows, with specs as they are: where one wants
-- what POSIX alone has, it is skipped, and says so. Its arguments are busted's.
-- The API servers run beside, on Linux: OAI_SPEC_SERVERS names a file with the
-- line that each has written, by kind.

dofile ".ci/binaries/stand_ins.lua"

local function servers()
  local lines = {}
  for line in io.lines((assert(os.getenv "OAI_SPEC_SERVERS"))) do
    local kind, facts = line:match "^(%S+) (.*)$"
    lines[kind] = facts
  end
  return lines
end

local kept = require("spec.support.kept").servers
for kind, line in pairs(servers()) do
  kept[kind] = line
end

-- What is called `pending` in a spec, which is then left.
local skip = require "busted.core"().pending

-- The commands of spec/support/folder.lua, which are done here.
local lfs = require "lfs"

-- A name that the servers, which are on Linux, know as well: both have the
-- same root while the program is run from below it.
local names_made = 0
os.tmpname = function() -- luacheck: ignore 122
  names_made = names_made + 1
  return ("/tmp/oai-windows-%d-%d"):format(os.time(), names_made)
end

--- Whether a file is one that the library writes to at this moment: a download
--- that has no name elsewhere until it is complete. It cannot be renamed.
local function is_open_download(path)
  if not path:find "/%.oai%-%d+%-%d+%.part$" or not os.rename(path, path .. ".moved") then
    return path:find "%.part$" ~= nil
  end
  os.rename(path .. ".moved", path)
  return false
end

local function names_in(path)
  local names = {}
  for name in lfs.dir(path) do
    if name ~= "." and name ~= ".." and not is_open_download(path .. "/" .. name) then
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return names
end

local function remove(path)
  if lfs.attributes(path, "mode") == "directory" then
    for _, name in ipairs(names_in(path)) do
      remove(path .. "/" .. name)
    end
    return lfs.rmdir(path)
  end
  return os.remove(path)
end

io.popen = function(command) -- luacheck: ignore 122
  local path = command:match " ls %-A (%S+)$"
  if not path then
    skip "needs a shell of POSIX"
  end
  local names, at = names_in(path), 0
  return {
    lines = function()
      return function()
        at = at + 1
        return names[at]
      end
    end,
    close = function() end,
  }
end
os.execute = function(command) -- luacheck: ignore 122
  local made, removed = command:match " mkdir %-m 700 (%S+)$", command:match " rm %-rf (%S+)$"
  if made then
    return lfs.mkdir(made)
  elseif removed then
    return remove(removed)
  end
  skip "needs a shell of POSIX"
end

-- Folders that only POSIX has. Descriptors that are counted there are none.
local open = io.open
io.open = function(path, ...) -- luacheck: ignore 122
  if path:find "^/proc/self/fdinfo/" then
    return nil
  elseif path:find "^/proc/" then
    skip "needs /proc"
  end
  return open(path, ...)
end

-- Whether all is well is told by the line with which the report ends.
pcall(require "busted.runner", { standalone = false })
