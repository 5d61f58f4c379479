-- Circles: modules that require each other, straight or through others. By
-- Tarjan's walk, which also gives the floors: a module stands above all that
-- it requires, and a circle on one floor.

local sorted = require "sorted"

local circles = {}

--- Takes a circle, or a module alone, off the stack of the walk.
local function take(walk, module)
  local members = {}
  repeat
    local top = table.remove(walk.stack)
    walk.is_on_stack[top] = nil
    members[#members + 1] = top
  until top == module
  table.sort(members)
  walk.found[#walk.found + 1] = members
end

local function visit(walk, graph, module)
  walk.count = walk.count + 1
  local number = walk.count
  walk.numbers[module], walk.lowest[module] = number, number
  walk.stack[#walk.stack + 1], walk.is_on_stack[module] = module, true
  for _, to in ipairs(sorted(graph[module])) do
    if graph[to] and not walk.numbers[to] then
      visit(walk, graph, to)
      walk.lowest[module] = math.min(walk.lowest[module], walk.lowest[to])
    elseif walk.is_on_stack[to] then
      walk.lowest[module] = math.min(walk.lowest[module], walk.numbers[to])
    end
  end
  if walk.lowest[module] == number then
    take(walk, module)
  end
end

--- The modules of a graph, those of a circle together: each group after all
--- that it requires.
---@param graph table<string, table<string, boolean>>
---@return string[][] groups
function circles.groups(graph)
  local walk = { count = 0, numbers = {}, lowest = {}, stack = {}, is_on_stack = {}, found = {} }
  for _, module in ipairs(sorted(graph)) do
    if not walk.numbers[module] then
      visit(walk, graph, module)
    end
  end
  return walk.found
end

--- The floor of each module: the lowest require none of ours.
---@param graph table<string, table<string, boolean>>
---@return table<string, integer>
function circles.floors(graph)
  local floors = {}
  for _, members in ipairs(circles.groups(graph)) do
    local floor = 1
    for _, module in ipairs(members) do
      for to in pairs(graph[module]) do
        floor = math.max(floor, (floors[to] or 0) + 1)
      end
    end
    for _, module in ipairs(members) do
      floors[module] = floor
    end
  end
  return floors
end

return circles
