-- Holds what requires what in lua/oai and src of the folder where it runs
-- against the section "Who may require whom" of CONTRIBUTING.md, and prints
-- where they differ. With the argument "draw", prints the modules instead,
-- floor by floor, each with what it requires.

local here = arg[0]:match("^(.*)main%.lua$")
package.path = here .. "?.lua;" .. here .. "../tool/?.lua;" .. package.path

local circles = require "circles"
local files = require "files"
local section = require "section"
local sorted = require "sorted"
local sources = require "sources"

--- Whether a module is what a line calls so: itself, in that room, or anyone.
local function is_called(module, name)
  return name == "anyone" or module == name or module:sub(1, #name + 1) == name .. "/"
end

--- The room of a module, within which all may require all.
local function room_of(module)
  return module:match "^(.*)/[^/]*$" or module
end

--- Looks for arrows that no line shows, and notes which lines show one.
local function match(graph, shown, wrong)
  for _, from in ipairs(sorted(graph)) do
    for _, to in ipairs(sorted(graph[from])) do
      local may = room_of(from) == room_of(to) and graph[to] ~= nil
      for _, arrow in ipairs(shown) do
        if is_called(from, arrow.from) and is_called(to, arrow.to) then
          may, arrow.is_there = true, true
        end
      end
      if not may then
        wrong[#wrong + 1] = ("%s requires %s, which is not shown"):format(from, to)
      end
    end
  end
end

local function check_arrows(graph, shown, wrong)
  match(graph, shown, wrong)
  for _, arrow in ipairs(shown) do
    if not arrow.is_there then
      wrong[#wrong + 1] = ("%s -> %s is shown, and nothing there requires it"):format(arrow.from, arrow.to)
    end
  end
end

local function check_circles(graph, named, wrong)
  local known = {}
  for _, members in ipairs(named) do
    table.sort(members)
    known[table.concat(members, " <-> ")] = true
  end
  for _, members in ipairs(circles.groups(graph)) do
    local circle = table.concat(members, " <-> ")
    if members[2] and not known[circle] then
      wrong[#wrong + 1] = "a circle that is not named: " .. circle
    end
    known[circle] = nil
  end
  for _, circle in ipairs(sorted(known)) do
    wrong[#wrong + 1] = "no circle (any more): " .. circle
  end
end

--- Prints what is wrong; true when nothing is.
local function check()
  local shown, named = section.read(files.read "CONTRIBUTING.md")
  local graph, wrong = sources.read()
  check_arrows(graph, shown, wrong)
  check_circles(graph, named, wrong)
  for _, line in ipairs(wrong) do
    print(line)
  end
  return #wrong == 0
end

local function draw()
  local graph = sources.read()
  local floors, at = circles.floors(graph), {}
  for module, floor in pairs(floors) do
    at[floor] = at[floor] or {}
    at[floor][module] = true
  end
  for floor = #at, 1, -1 do
    print("floor " .. floor)
    for _, module in ipairs(sorted(at[floor])) do
      print(("  %-40s %s"):format(module, table.concat(sorted(graph[module]), " ")))
    end
  end
end

if arg[1] == "draw" then
  draw()
elseif not check() then
  os.exit(1)
end
