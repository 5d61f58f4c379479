-- Prints where the map in CONTRIBUTING.md differs from the files of src/ and
-- lua/: a file that it does not name, one that it names and is not there, and
-- one that it names twice. The types, which are generated, are one line there.

package.path = arg[0]:match "^(.*)map%-drift%.lua$" .. "tool/?.lua;" .. package.path

local files = require "files"

--- The lines of the map.
local function map_lines()
  local text = files.read "CONTRIBUTING.md"
  return (text:match "## The map\n.-```\n(.-)```" or error "no map"):gmatch "[^\n]+"
end

--- The files that a word of the map names: "a.c/.h" are two.
local function files_of(word)
  local name, extension, other = word:match "^([%w_]+)(%.%a+)/?(%.?%a*)$"
  if not name then
    return {}
  end
  return { name .. extension, other ~= "" and name .. other or nil }
end

--- Calls `visit` with the path of each file that the map names. A folder holds
--- what is indented more.
local function each_named(visit)
  local folders = {} -- by indentation
  for line in map_lines() do
    local indent, names = line:match "^( *)(.*)$"
    names = names:gsub("  .*$", "")
    local folder = ""
    for i = 0, #indent - 1 do
      folder = folder .. (folders[i] or "")
    end
    for i = #indent, 40 do
      folders[i] = nil
    end
    folders[#indent] = names:match "^%S+/$"
    for word in names:gmatch "%S+" do
      for _, name in ipairs(files_of(word)) do
        visit(folder .. name)
      end
    end
  end
end

local named = {}
each_named(function(path)
  if named[path] then
    print(path .. " is named twice")
  end
  named[path] = true
end)

for _, list in ipairs { files.modules "lua", files.below("src", "%.[ch]$") } do
  for _, path in ipairs(list) do
    if not named[path] then
      print(path .. " is not named")
    end
    named[path] = nil
  end
end
for path in pairs(named) do
  if path:find "^src/" or path:find "^lua/" then
    print(path .. " is not there")
  end
end
